import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError, throwIfAborted } from '@1688/core';
import type { Account } from './account.ts';
import { plainEnvironment, toEngineError } from './cluster.ts';
import type { PostgresPrograms } from './find-postgres.ts';
import { startOf, workingDirectoryOf } from './process-identity.ts';

/** A server that runs on a data directory. */
export interface RunningServer {
  readonly pid: number;
  /** Folder of its socket, or null when it listens on loopback. */
  readonly socket: string | null;
  readonly port: number;
  readonly isReady: boolean;
}

/**
 * The server on this data directory, or null. `postmaster.pid` alone proves nothing: the process must live and work in this very
 * directory, else the file is what a crash left, or another program has the number now.
 */
export async function findServer(data: string): Promise<RunningServer | null> {
  const text = await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => ''); // none
  // Lines: pid, data directory, start time, port, socket folder, listen address, shared memory, status. PostgreSQL docs, "postmaster.pid".
  const [pidText = '', , , port = '', socket = '', , , status = ''] = text.split('\n').map((line) => line.trim());
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0 || (await startOf(pid)) === null) return null;
  const folder = await workingDirectoryOf(pid);
  if (folder !== null && folder !== data) return null;
  return { pid, port: Number(port), socket: socket === '' ? null : socket, isReady: status.startsWith('ready') };
}

export interface StartOptions {
  readonly programs: PostgresPrograms;
  readonly account: Account;
  readonly data: string;
  /** Null: listen on loopback, where there are no sockets. */
  readonly socket: string | null;
  readonly logFile: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

const largestLogBytes = 10_000_000;

/** Starts the server, detached from us and our terminal, and waits until it takes connections. @throws the codes of `toEngineError`, DB_UNAVAILABLE */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { programs, account, data, logFile, timeoutMs } = options;
  // Found not alive under the directory's lock: what stands there is from a crash, and its number may be another program's by now.
  await rm(path.join(data, 'postmaster.pid'), { force: true });
  const from = await prepareLog(logFile);
  const [command = '', ...args] = [...account.prefix, path.join(programs.bin, 'postgres'), '-D', data, ...settings(options, await freePort(options.socket))];
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(command, args, {
    detached: true, stdio: ['ignore', log, log], cwd: '/', env: plainEnvironment(),
    ...(account.uid === undefined ? {} : { uid: account.uid }), ...(account.gid === undefined ? {} : { gid: account.gid }),
  });
  closeSync(log);
  let ended: Error | number | null | undefined;
  child.once('error', (error) => { ended = error; });
  child.once('exit', (code) => { ended ??= code; });
  child.unref();
  for (const deadline = Date.now() + timeoutMs; ;) {
    if (ended !== undefined) throw toEngineError(ended instanceof Error ? ended : new Error((await readFile(logFile, 'utf8')).slice(from)), data);
    const server = await findServer(data);
    if (server?.isReady) return server;
    if (options.signal?.aborted || Date.now() > deadline) {
      child.kill('SIGINT');
      throwIfAborted(options.signal, 'Starting the embedded database');
      throw new SyncError('DB_UNAVAILABLE', `Expected PostgreSQL to take connections within ${timeoutMs} ms, it is still starting.`, { hint: `It may be recovering from a crash: look into ${logFile} and try again.`, retryable: true });
    }
    await sleep(8);
  }
}

/** Asks the server to end its sessions and stop, and waits for it. */
export async function stopServer(server: RunningServer, data: string): Promise<void> {
  for (const [signal, waitMs] of [['SIGINT', 30_000], ['SIGQUIT', 10_000]] as const) {
    try {
      process.kill(server.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw error;
    }
    for (const deadline = Date.now() + waitMs; Date.now() < deadline; await sleep(5)) {
      if ((await startOf(server.pid)) === null || (await findServer(data))?.pid !== server.pid) return;
    }
  }
}

function settings({ socket }: StartOptions, port: number): string[] {
  const values = {
    listen_addresses: socket === null ? '127.0.0.1' : '', port, ...(socket === null ? {} : { unix_socket_directories: quotedList(socket), unix_socket_permissions: '0700' }),
    fsync: 'on', max_connections: 100, shared_buffers: '128MB', timezone: 'UTC', log_timezone: 'UTC', log_line_prefix: '%m [%p] ', log_checkpoints: 'off', lc_messages: 'C',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** A folder as an element of a list setting: double quotes keep commas and blanks. */
function quotedList(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}

/** A socket's number is only a name; on loopback the system chooses. */
async function freePort(socket: string | null): Promise<number> {
  if (socket !== null) return 5432;
  const probe = createServer();
  await new Promise<void>((resolve, reject) => { probe.once('error', reject).listen(0, '127.0.0.1', resolve); });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}

/** Moves a log that has grown large aside; @returns where new lines begin. */
async function prepareLog(logFile: string): Promise<number> {
  await mkdir(path.dirname(logFile), { recursive: true });
  const found = await stat(logFile).catch(() => null); // the first start
  if (!found) return 0;
  if (found.size < largestLogBytes) return (await readFile(logFile, 'utf8')).length;
  await rename(logFile, `${logFile}.1`);
  return 0;
}
