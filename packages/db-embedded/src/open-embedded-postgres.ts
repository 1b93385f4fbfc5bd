import { chmod, mkdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '@1688/core';
import { chooseAccount, giveTo } from './account.ts';
import { majorOf, makeCluster } from './cluster.ts';
import { choosePrograms, findPostgres, type PostgresPrograms, type PostgresVersion } from './find-postgres.ts';
import { readyToRun } from './hydrate.ts';
import { countLeases, takeLease } from './lease.ts';
import { exclusively } from './mutex.ts';
import { findServer, startServer, stopServer, type RunningServer } from './server.ts';
import { socketFolder } from './socket-place.ts';

export interface OpenEmbeddedPostgresOptions {
  /** Folder of this database; made closed to others when it is not there. On a local disk. */
  readonly directory: string;
  /** Database inside. Default `1688sync`. */
  readonly database?: string;
  /** Where the server writes what it has to say. Default `database.log` in the directory. */
  readonly logFile?: string;
  /** Server programs to choose from. Default: those of `findPostgres`. */
  readonly programs?: readonly PostgresPrograms[];
  /** Longest wait for a start, crash recovery included. Default 60,000. */
  readonly startTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface EmbeddedPostgres extends AsyncDisposable {
  /** Address for any PostgreSQL client; on Windows it holds a password. */
  readonly url: string;
  readonly version: PostgresVersion;
  readonly directory: string;
  /** Leaves; the last one to leave, over all processes, stops the server. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * A private PostgreSQL on `directory`, shared by every process that asks: the first starts it, the last one out stops it, a
 * crashed user is noticed by the next, and there are never two servers on one directory.
 * @throws DB_ENGINE_MISSING, DB_VERSION, DB_UNSAFE_DIRECTORY, DB_CORRUPT, DB_STORAGE_FULL, DB_UNAVAILABLE, LOCKED, ABORTED
 */
export async function openEmbeddedPostgres(options: OpenEmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { database = '1688sync', startTimeoutMs: timeoutMs = 60_000, signal } = options;
  const directory = await prepareDirectory(path.resolve(options.directory));
  const data = path.join(directory, 'data');
  const lock = { timeoutMs, signal };
  const { server, version, lease } = await exclusively(directory, lock, async () => {
    await countLeases(directory);
    const major = await majorOf(data);
    const programs = choosePrograms(options.programs ?? (await findPostgres()), major);
    const running = (await findServer(data)) ?? (await start(directory, data, { programs, database, options }));
    return { server: running, version: programs.version, lease: await takeLease(directory) };
  });
  let closing: Promise<void> | undefined;
  const leave = (): Promise<void> => exclusively(directory, { timeoutMs }, async () => {
    await rm(lease, { force: true });
    if ((await countLeases(directory)) > 0) return;
    const running = await findServer(data);
    if (running) await stopServer(running, data);
  });
  const close = (): Promise<void> => (closing ??= leave());
  return { url: await urlOf(server, directory, database), version, directory, close, [Symbol.asyncDispose]: close };
}

async function start(directory: string, data: string, { programs: found, database, options }: { programs: PostgresPrograms; database: string; options: OpenEmbeddedPostgresOptions }): Promise<RunningServer> {
  const { startTimeoutMs: timeoutMs = 60_000, signal, logFile = path.join(directory, 'database.log') } = options;
  const account = await chooseAccount(directory, data);
  const programs = await readyToRun(found, path.join(directory, 'engine'));
  if ((await majorOf(data)) === null) await makeCluster(programs, { directory, data, database, account });
  await giveTo(account, directory);
  const socket = process.platform === 'win32' ? null : await socketFolder(directory, account);
  return startServer({ programs, account, data, socket, logFile: path.resolve(logFile), timeoutMs, signal });
}

/** @throws DB_UNSAFE_DIRECTORY when the folder cannot be made, written, or closed to others */
async function prepareDirectory(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw new SyncError('DB_STORAGE_FULL', `Expected room for ${directory}, received a full disk.`, { hint: 'Free some room on this disk.', cause });
    throw unsafe(directory, code ?? String(cause), cause);
  }
  const { mode } = await stat(directory);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw unsafe(directory, 'a folder whose permissions do not stick (a network drive, a mounted Windows disk, a synced folder)');
  return realpath(directory);
}

function unsafe(directory: string, received: string, cause?: unknown): SyncError {
  return new SyncError('DB_UNSAFE_DIRECTORY', `Expected ${directory} to be a folder that only this user can enter and write, received ${received}.`, {
    hint: 'Set DATA_DIR to a folder on a local disk that this user owns, such as ~/1688sync-data.', ...(cause === undefined ? {} : { cause }),
  });
}

async function urlOf({ socket, port }: RunningServer, directory: string, database: string): Promise<string> {
  if (socket !== null) return `postgresql:///${encodeURIComponent(database)}?${new URLSearchParams({ host: socket, port: String(port), user: 'postgres' }).toString().replaceAll('+', '%20')}`;
  const password = (await readFile(path.join(directory, 'password'), 'utf8')).trim();
  return `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}
