import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { SyncError, throwIfAborted } from '@1688/core';
import { chooseAccount, ownerOf } from './account.ts';
import { majorOf, makeCluster, removeDrafts } from './cluster.ts';
import { prepareDirectory } from './directory.ts';
import { toFileError } from './engine-error.ts';
import { findPostgres, suitablePrograms, type PostgresVersion } from './find-postgres.ts';
import { readyToRun } from './hydrate.ts';
import { settleLeases, takeLease } from './lease.ts';
import { exclusively } from './mutex.ts';
import { checkNobodyServes, findServer, settledServer, stopServer, type RunningServer } from './server.ts';
import { isLogLarge, setLogAside } from './server-log.ts';
import { readRecord, writeRecord, type ServerRecord } from './server-record.ts';
import { socketFolder } from './socket-place.ts';
import { startServer } from './start-server.ts';

/** What takes time: another process is at work here · a new database is made · the server starts, after a crash with recovery. */
export type EmbeddedNotice = 'waiting' | 'creating' | 'starting';

export interface OpenEmbeddedPostgresOptions {
  /** Folder of this database; made, and closed to others. On a local disk; new, empty, or one of ours. */
  readonly directory: string;
  /** Database inside, made with the directory; at most 63 bytes. Default `1688sync`. */
  readonly database?: string;
  /** `auto`, or a folder with `initdb` and `postgres`. Default `auto`: what `findPostgres` finds. */
  readonly binaries?: string;
  /** Where the server writes what it has to say; set aside as `….1` from 10 MB on. Default `database.log` in the directory. */
  readonly logFile?: string;
  /** Longest wait for a start, crash recovery included. Default 60,000. */
  readonly startTimeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onNotice?: (notice: EmbeddedNotice) => void;
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
 * @throws DB_ENGINE_MISSING, DB_VERSION, DB_UNSAFE_DIRECTORY, DB_CORRUPT, DB_STORAGE_FULL, DB_UNAVAILABLE, LOCKED, ABORTED, ARGUMENT_INVALID
 */
export async function openEmbeddedPostgres(options: OpenEmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { database = '1688sync', startTimeoutMs: timeoutMs = 60_000, signal, onNotice, logFile } = options;
  checkName(database);
  const directory = await prepareDirectory(path.resolve(options.directory), logFile);
  try {
    const onWait = (): void => onNotice?.('waiting');
    const { server, record, lease } = await exclusively(directory, { timeoutMs, signal, onWait }, () => enter(directory, options));
    return { url: await urlOf(server, directory, database), version: record.version, directory, ...membership(directory, lease, { timeoutMs, logFile: record.logFile }) };
  } catch (error) {
    throw await toFileError(error, directory);
  }
}

interface Entered {
  readonly server: RunningServer;
  readonly record: ServerRecord;
  readonly lease: string;
}

/** Joins the server or starts it. The lease comes first: nothing may run without a user. Only called while the lock is held. */
async function enter(directory: string, options: OpenEmbeddedPostgresOptions): Promise<Entered> {
  const data = path.join(directory, 'data');
  const { startTimeoutMs = 60_000, signal } = options;
  const deadline = Date.now() + startTimeoutMs;
  const major = await majorOf(data);
  const lease = await takeLease(directory, await ownerOf(directory));
  try {
    const running = major === null ? null : await settledServer(data, { deadline, signal });
    const entered = running ? { server: running, record: await recordOf(directory, major) } : await start(directory, data, { major, deadline, options });
    await settleLeases(directory); // only now: of a server in another container we could not tell who lives
    return { ...entered, lease };
  } catch (error) {
    await rm(lease, { force: true });
    throw error;
  }
}

/** Of a server that was started by hand, only the files tell. */
async function recordOf(directory: string, major: number | null): Promise<ServerRecord> {
  return (await readRecord(directory)) ?? { version: { major: major ?? 0, text: String(major) }, bin: '', logFile: path.join(directory, 'database.log') };
}

async function start(directory: string, data: string, { major, deadline, options }: { major: number | null; deadline: number; options: OpenEmbeddedPostgresOptions }): Promise<Omit<Entered, 'lease'>> {
  const { database = '1688sync', binaries, signal, onNotice } = options;
  await checkNobodyServes(data);
  const suitable = suitablePrograms(await findPostgres(binaries), major);
  const account = await chooseAccount(directory, data);
  const engine = path.join(directory, 'engine');
  const programs = await readyToRun(suitable, account, engine);
  throwIfAborted(signal, 'Starting the embedded database');
  if (major === null) {
    onNotice?.('creating');
    await makeCluster(programs, { directory, data, database, account });
  }
  onNotice?.('starting');
  const socket = process.platform === 'win32' ? null : await socketFolder(directory, account.owner);
  const logFile = path.resolve(options.logFile ?? path.join(directory, 'database.log'));
  const record = { version: programs.version, bin: programs.bin, logFile };
  await writeRecord(directory, record, account.owner);
  const server = await startServer({ programs, account, data, socket, logFile, deadline, signal });
  await Promise.all([directory, engine].map(removeDrafts));
  return { server, record };
}

const logCheckMs = 600_000;

/** What a user of the server does: leave it, and meanwhile keep its log small. */
function membership(directory: string, lease: string, { timeoutMs, logFile }: { timeoutMs: number; logFile: string }): Pick<EmbeddedPostgres, 'close' | typeof Symbol.asyncDispose> {
  const keepSmall = async (): Promise<void> => {
    if (await isLogLarge(logFile)) await exclusively(directory, { timeoutMs: 0 }, () => setLogAside(logFile));
  };
  const watch = setInterval(() => { keepSmall().catch(() => {}); }, logCheckMs).unref(); // failing is harmless: the next look tries again
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    clearInterval(watch);
    closing ??= leave(directory, lease, timeoutMs).catch((error: unknown) => {
      closing = undefined; // so that it can be tried again
      throw error;
    });
    return closing;
  };
  return { close, [Symbol.asyncDispose]: close };
}

async function leave(directory: string, lease: string, timeoutMs: number): Promise<void> {
  const data = path.join(directory, 'data');
  await exclusively(directory, { timeoutMs }, async () => {
    await rm(lease, { force: true });
    if ((await settleLeases(directory)) > 0) return;
    const running = await findServer(data);
    if (running) await stopServer(running, data);
  });
}

async function urlOf({ socket, port }: RunningServer, directory: string, database: string): Promise<string> {
  if (socket !== null) return `postgresql:///${encodeURIComponent(database)}?${new URLSearchParams({ host: socket, port: String(port), user: 'postgres' }).toString().replaceAll('+', '%20')}`;
  const password = (await readFile(path.join(directory, 'password'), 'utf8')).trim();
  return `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

function checkName(database: string): void {
  if (/^[^\p{Cc}]+$/u.test(database) && Buffer.byteLength(database) <= 63) return;
  throw new SyncError('ARGUMENT_INVALID', `Expected the name of the embedded database to be 1 to 63 bytes without control characters, received ${JSON.stringify(database.slice(0, 80))}.`);
}
