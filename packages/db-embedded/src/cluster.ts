import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { SyncError } from '@1688/core';
import { giveTo, plainEnvironment, type Account } from './account.ts';
import { toEngineError } from './engine-error.ts';
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
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  const content = text === null ? await contentOf(data) : [];
  if (content.length === 0 && text === null) return null;
  if (text !== null && /^\d+\s*$/.test(text)) return Number.parseInt(text, 10);
  throw new SyncError('DB_CORRUPT', `Expected ${data} to be a PostgreSQL data directory or absent, found ${text === null ? 'something without PG_VERSION' : 'a PG_VERSION that is no number'}.`, {
    hint: 'Move it aside and restore a backup; nothing in it was touched.',
  });
}

async function contentOf(data: string): Promise<string[]> {
  return readdir(data).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') return [data];
    throw error;
  });
}

/**
 * Makes a data directory with one database: UTF-8, locale C.UTF-8, data checksums. It is made beside and renamed into place, so
 * that one which was interrupted is never taken for a database.
 * @throws DB_STORAGE_FULL, DB_UNSAFE_DIRECTORY, DB_UNAVAILABLE
 */
export async function makeCluster(programs: PostgresPrograms, { directory, data, database, account }: NewCluster): Promise<void> {
  const draft = path.join(directory, `data.new-${randomUUID()}`);
  const password = path.join(directory, 'password');
  try {
    await mkdir(draft, { mode: 0o700 });
    await giveTo(account.owner, draft);
    await writeFile(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    await giveTo(account.owner, password);
    await initialize(programs, { draft, password, account });
    await singleUser(programs, { draft, account, sql: `create database "${database.replaceAll('"', '""')}"\n` });
    await rmdir(data).catch(() => {}); // an empty one, or none
    await rename(draft, data);
    await syncFolder(directory);
  } catch (error) {
    await removeDrafts(directory);
    throw toEngineError(error, data);
  }
}

/** What a making that was killed left behind. Its initdb may still be writing: what resists goes the next time. */
export async function removeDrafts(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []); // not every folder is there
  const drafts = names.filter((name) => name.includes('.new-'));
  await Promise.all(drafts.map((name) => rm(path.join(folder, name), { recursive: true, force: true }).catch(() => {}))); // see above
}

interface Draft {
  readonly draft: string;
  readonly account: Account;
}

async function initialize(programs: PostgresPrograms, { draft, password, account }: Draft & { password: string }): Promise<void> {
  const common = ['-D', draft, '-U', 'postgres', '-E', 'UTF8', '--data-checksums', '--auth-local=trust', '--auth-host=scram-sha-256', `--pwfile=${password}`, '--no-instructions'];
  const builtin = programs.version.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  try {
    await program(programs, 'initdb', [...common, '--locale=C.UTF-8', ...builtin], account);
  } catch (error) {
    // Systems without a C.UTF-8 of their own: from 17 on PostgreSQL brings one. initdb has emptied the folder again.
    if (builtin.length === 0 || !/invalid locale name/.test(String((error as { stderr?: unknown }).stderr))) throw error;
    await program(programs, 'initdb', [...common, '--locale=C', ...builtin], account);
  }
}

/** Runs SQL before any server is up: the npm package has no psql. */
async function singleUser(programs: PostgresPrograms, { draft, account, sql }: Draft & { sql: string }): Promise<void> {
  const running = program(programs, 'postgres', ['--single', '-D', draft, 'template1'], account);
  running.child.stdin?.on('error', () => {}); // it ended before it read: its own words say why
  running.child.stdin?.end(sql);
  const { stderr } = await running;
  // It ends with 0 whatever became of the statement.
  if (/ERROR|FATAL|PANIC/.test(String(stderr))) throw new Error(String(stderr));
}

function program(programs: PostgresPrograms, name: string, args: readonly string[], { prefix, owner }: Account): ReturnType<typeof run> {
  const [command = '', ...rest] = [...prefix, path.join(programs.bin, name), ...args];
  return run(command, rest, { env: plainEnvironment(), ...owner, cwd: path.parse(programs.bin).root });
}

/** So that the rename outlives a power cut, like everything that is committed after it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // folders cannot be opened there
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}
