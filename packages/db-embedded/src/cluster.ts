import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { SyncError } from '@1688/core';
import { giveTo, type Account } from './account.ts';
import type { PostgresPrograms } from './find-postgres.ts';

const run = promisify(execFile);

export interface NewCluster {
  readonly directory: string;
  readonly data: string;
  readonly database: string;
  readonly account: Account;
}

/** Major version of the data directory, or null when there is none yet. @throws DB_CORRUPT for a folder that is something else */
export async function majorOf(data: string): Promise<number | null> {
  const text = await readFile(path.join(data, 'PG_VERSION'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) return Number.parseInt(text, 10);
  const content = await readdir(data).catch(() => []); // absent: a new one
  if (content.length === 0) return null;
  throw new SyncError('DB_CORRUPT', `Expected ${data} to be a PostgreSQL data directory or absent, found a folder without PG_VERSION.`, {
    hint: 'Move it aside and restore a backup; nothing in it was touched.',
  });
}

/**
 * Makes a data directory with one database: UTF-8, locale C.UTF-8, data checksums. It is made beside and renamed into place, so
 * that one which was interrupted is never taken for a database.
 * @throws DB_STORAGE_FULL, DB_UNSAFE_DIRECTORY
 */
export async function makeCluster(programs: PostgresPrograms, { directory, data, database, account }: NewCluster): Promise<void> {
  await removeDrafts(directory);
  const draft = path.join(directory, `data.new-${process.pid}-${Date.now()}`);
  await mkdir(draft, { mode: 0o700 });
  await giveTo(account, draft);
  const password = path.join(directory, 'password');
  await writeFile(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  await giveTo(account, password);
  try {
    await initialize(programs, { draft, password, account });
    await singleUser(programs, { draft, account, sql: `create database "${database.replaceAll('"', '""')}"\n` });
    await rmdir(data).catch(() => {}); // an empty one, or none
    await rename(draft, data);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw toEngineError(error, data);
  }
}

async function initialize(programs: PostgresPrograms, { draft, password, account }: { draft: string; password: string; account: Account }): Promise<void> {
  const common = ['-D', draft, '-U', 'postgres', '-E', 'UTF8', '--data-checksums', '--auth-local=trust', '--auth-host=scram-sha-256', `--pwfile=${password}`, '--no-instructions'];
  const builtin = programs.version.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  try {
    await program(programs, 'initdb', [...common, '--locale=C.UTF-8', ...builtin], account);
  } catch (error) {
    // Systems without a C.UTF-8 of their own: from 17 on PostgreSQL brings one.
    if (builtin.length === 0 || !/invalid locale name/.test(textOf(error))) throw error;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    await giveTo(account, draft);
    await program(programs, 'initdb', [...common, '--locale=C', ...builtin], account);
  }
}

/** Runs SQL before any server is up: the npm package has no psql. */
async function singleUser(programs: PostgresPrograms, { draft, account, sql }: { draft: string; account: Account; sql: string }): Promise<void> {
  const running = program(programs, 'postgres', ['--single', '-D', draft, 'template1'], account);
  running.child.stdin?.end(sql);
  await running;
}

function program(programs: PostgresPrograms, name: string, args: readonly string[], { prefix, uid, gid }: Account): ReturnType<typeof run> {
  const [command = '', ...rest] = [...prefix, path.join(programs.bin, name), ...args];
  return run(command, rest, { env: plainEnvironment(), ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }), cwd: path.parse(programs.bin).root });
}

/** The server's messages are read by us: they come in English; nothing of the user's PG* variables may reach it. */
export function plainEnvironment(): Record<string, string> {
  return { LC_ALL: 'C', PATH: '/usr/bin:/bin', TZ: 'UTC' };
}

async function removeDrafts(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.startsWith('data.new-')) await rm(path.join(directory, name), { recursive: true, force: true });
  }
}

const causes: readonly (readonly [RegExp, 'DB_STORAGE_FULL' | 'DB_UNSAFE_DIRECTORY' | 'DB_CORRUPT' | 'DB_ENGINE_MISSING', string])[] = [
  [/No space left|Disk quota/i, 'DB_STORAGE_FULL', 'Free some room on this disk; nothing that was committed is lost.'],
  [/Permission denied|Read-only file system|Operation not permitted|invalid permissions|has wrong ownership/i, 'DB_UNSAFE_DIRECTORY', 'Set DATA_DIR to a folder on a local disk that this user owns.'],
  [/error while loading shared libraries|not found \(required by|ENOENT/i, 'DB_ENGINE_MISSING', 'Install PostgreSQL with the system\'s packages, or set DATABASE_URL.'],
  [/checkpoint record|invalid (page|record|magic|checksum)|incorrect checksum|control file|PANIC|could not open file|is not a database cluster|incompatible with server|bogus data/i, 'DB_CORRUPT', 'Keep the directory as it is, and restore a backup into a new DATA_DIR.'],
];

/** Our error for what the server's programs said, with their own words. */
export function toEngineError(error: unknown, data: string): SyncError {
  if (error instanceof SyncError) return error;
  const said = textOf(error);
  const line = said.split('\n').findLast((each) => /PANIC|FATAL|error|ERROR/.test(each)) ?? said.trim().split('\n').at(-1) ?? 'nothing';
  const [, code = 'DB_UNAVAILABLE', hint = 'database.log tells more.'] = causes.find(([pattern]) => pattern.test(said)) ?? [];
  return new SyncError(code, `Expected PostgreSQL to start on ${data}, it said: ${line.trim().slice(0, 300)}`, { hint, cause: error });
}

function textOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: unknown; message?: unknown };
  return `${typeof stderr === 'string' ? stderr : ''}\n${typeof message === 'string' ? message : String(error)}`;
}
