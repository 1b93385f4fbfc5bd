import { execFile } from 'node:child_process';
import { readFile, readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError, throwIfAborted } from '@1688/core';
import { exists, isPostgresIn, startOf } from './process-identity.ts';
import { readRecord } from './server-record.ts';
import { startupAnswer } from './startup-answer.ts';

/** A server that runs on a data directory. */
export interface RunningServer {
  readonly pid: number;
  /** Folder of its socket, or null when it listens on loopback. */
  readonly socket: string | null;
  readonly port: number;
  readonly state: 'starting' | 'ready' | 'stopping';
}

/**
 * The server on this data directory, or null. `postmaster.pid` alone proves nothing: the process must live, be a PostgreSQL and work
 * in this very directory, else the file is what a crash left, or another program has the number now.
 */
export async function findServer(data: string): Promise<RunningServer | null> {
  const noted = await readPidFile(data);
  if (typeof noted === 'string' || (await startOf(noted.pid)) === null) return null;
  const isIt = await isPostgresIn(noted.pid, data);
  // Where the system does not tell, only an answer proves a server that says it is ready.
  return isIt ?? (noted.state !== 'ready' || (await startupAnswer(noted)) !== null) ? noted : null;
}

/** Waits for one that is starting or stopping. @returns a ready one, or null when there is none (any more) @throws DB_UNAVAILABLE, ABORTED */
export async function settledServer(data: string, { deadline, signal }: { deadline: number; signal?: AbortSignal | undefined }): Promise<RunningServer | null> {
  for (;;) {
    const server = await findServer(data);
    if (!server || (server.state === 'ready' && (await startupAnswer(server)) === 'sessions')) return server;
    throwIfAborted(signal, 'Waiting for the embedded database');
    if (Date.now() > deadline) throw stillBusy(server.state);
    await sleep(8);
  }
}

export function stillBusy(state: string): SyncError {
  return new SyncError('DB_UNAVAILABLE', `Expected PostgreSQL to take connections in time, it is still ${state}.`, { hint: 'It may be recovering from a crash: its log tells; try again.', retryable: true });
}

/**
 * Before a start on files that no process of ours serves: a server that still answers lives where we cannot see processes (another
 * container on the same folder); what a killed server left running is ended.
 * @throws LOCKED
 */
export async function checkNobodyServes(data: string): Promise<void> {
  const noted = await readPidFile(data);
  if (noted === 'none') return;
  if (noted === 'unclear') return removePidFile(data); // a full disk may leave an empty one
  if (noted.socket !== null && (await startupAnswer(noted)) !== null) {
    throw new SyncError('LOCKED', `Expected nobody to use ${data}, a server that was started elsewhere (another container) answers on it.`, {
      hint: 'Let one container use the folder; for several, run a PostgreSQL of your own and set DATABASE_URL.', retryable: true,
    });
  }
  await endOrphans(data);
  // The new server clears a dead one's file itself. A number that is taken is another program's, or the dead one's whose parent has
  // not asked about it yet: it could not know that.
  if (exists(noted.pid)) await removePidFile(data);
}

async function removePidFile(data: string): Promise<void> {
  await rm(path.join(data, 'postmaster.pid'), { force: true });
}

/** Asks the server to end its sessions and stop, and waits for it; then more firmly. @throws DB_UNAVAILABLE when it does not */
export async function stopServer(server: RunningServer, data: string): Promise<void> {
  const start = await startOf(server.pid);
  for (const [signal, waitMs] of [['SIGINT', 30_000], ['SIGQUIT', 10_000]] as const) {
    if (start !== null) await tell(server.pid, signal, data);
    for (const deadline = Date.now() + waitMs; Date.now() < deadline; await sleep(5)) {
      if (start !== null && (await startOf(server.pid)) === start) continue;
      // Only goes when it is empty: the one in a temporary folder shall not stay.
      if (server.socket !== null) await rmdir(server.socket).catch(() => {});
      return;
    }
  }
  throw stillBusy('stopping');
}

/** Windows has no signals; there the program that comes with the server speaks to it. */
async function tell(pid: number, signal: 'SIGINT' | 'SIGQUIT', data: string): Promise<void> {
  if (process.platform === 'win32') {
    const record = await readRecord(path.dirname(data));
    const mode = signal === 'SIGINT' ? 'fast' : 'immediate';
    if (record) await promisify(execFile)(path.join(record.bin, 'pg_ctl'), ['stop', '-D', data, '-m', mode, '-W']).catch(() => {}); // it is seen whether it ended
    return;
  }
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function readPidFile(data: string): Promise<RunningServer | 'none' | 'unclear'> {
  const text = await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (text === null) return 'none';
  // Lines: pid, data directory, start time, port, socket folder, listen address, shared memory, status. PostgreSQL docs, "postmaster.pid".
  const [pidText = '', , , port = '', socket = '', , , status = ''] = text.split('\n').map((line) => line.trimEnd());
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid === 0) return 'unclear';
  if (pid < 0) return 'none'; // a program without sessions, such as --single: the server itself refuses to start beside it
  const state = status.startsWith('ready') ? 'ready' : status.startsWith('stopping') ? 'stopping' : 'starting';
  return { pid, port: Number(port), socket: socket === '' ? null : socket, state };
}

/** Sessions of a server that was killed hold its memory until they notice: nobody can reach them, and no server could start. */
async function endOrphans(data: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const orphans = (await Promise.all(pids.map(async (pid) => ((await isPostgresIn(pid, data)) === true ? pid : null)))).filter((pid) => pid !== null);
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    for (const pid of orphans) await tellOrphan(pid, signal);
    for (const deadline = Date.now() + 2_000; Date.now() < deadline; await sleep(10)) {
      if ((await Promise.all(orphans.map((pid) => isPostgresIn(pid, data)))).every((is) => is !== true)) return;
    }
  }
}

async function tellOrphan(pid: number, signal: NodeJS.Signals): Promise<void> {
  // A server's own program has its name first; only its sessions and workers call themselves `postgres: …`.
  const title = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''); // gone
  if (!title.startsWith('postgres: ')) return;
  try {
    process.kill(pid, signal);
  } catch {
    // gone in the meantime
  }
}
