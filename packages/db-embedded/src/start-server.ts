import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted } from '@1688/core';
import { plainEnvironment, type Account } from './account.ts';
import { toEngineError } from './engine-error.ts';
import type { PostgresPrograms } from './find-postgres.ts';
import { findServer, stillBusy, type RunningServer } from './server.ts';
import { prepareLog, readLog } from './server-log.ts';
import { socketPort } from './socket-place.ts';

export interface StartOptions {
  readonly programs: PostgresPrograms;
  readonly account: Account;
  readonly data: string;
  /** Null: listen on loopback, where there are no sockets. */
  readonly socket: string | null;
  readonly logFile: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts the server, detached from us and our terminal, and waits until it takes connections. Only called while the directory's lock
 * is held, `findServer` finds none and `checkNobodyServes` has passed.
 * @throws the codes of `toEngineError`; DB_UNAVAILABLE when it is still recovering at the deadline: it goes on, and the next call waits for it
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  for (let attempt = 1; ; attempt += 1) {
    const from = await prepareLog(options.logFile, options.account.owner);
    const result = await untilReady(launch(options, await freePort(options.socket)), options);
    if (result !== 'ended') return result;
    const said = await readLog(options.logFile, from);
    // Another program may take a loopback port between our asking and the server's.
    if (attempt < 3 && options.socket === null && /Address already in use|could not bind/.test(said)) continue;
    if (options.socket !== null) await rmdir(options.socket).catch(() => {}); // only goes when it is empty
    throw toEngineError(new Error(said), options.data);
  }
}

function launch({ programs, account, data, socket, logFile }: StartOptions, port: number): ChildProcess {
  const [command = '', ...args] = [...account.prefix, path.join(programs.bin, 'postgres'), '-D', data, ...settings(socket, port)];
  const log = openSync(logFile, 'a', 0o600);
  try {
    const child = spawn(command, args, { ...account.owner, detached: true, stdio: ['ignore', log, log], cwd: path.parse(data).root, env: plainEnvironment(), windowsHide: true });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

async function untilReady(child: ChildProcess, { data, deadline, signal }: StartOptions): Promise<RunningServer | 'ended'> {
  let failure: Error | undefined;
  child.once('error', (error) => { failure = error; });
  for (;;) {
    if (failure) throw toEngineError(failure, data);
    const server = await findServer(data);
    if (server?.state === 'ready') return server;
    if (child.exitCode !== null || child.signalCode !== null) return 'ended';
    if (signal?.aborted) child.kill('SIGINT');
    throwIfAborted(signal, 'Starting the embedded database');
    if (Date.now() > deadline) throw stillBusy('starting');
    await sleep(8);
  }
}

/** On the command line, where neither `postgresql.conf` nor ALTER SYSTEM can undo them. */
function settings(socket: string | null, port: number): string[] {
  const place = socket === null ? { listen_addresses: '127.0.0.1' } : { listen_addresses: '', unix_socket_directories: quotedList(socket), unix_socket_permissions: '0700' };
  const values = {
    ...place, port, fsync: 'on', full_page_writes: 'on', max_connections: 100, shared_buffers: '128MB', timezone: 'UTC', log_timezone: 'UTC',
    logging_collector: 'off', log_destination: 'stderr', log_line_prefix: '%m [%p] ', log_checkpoints: 'off', lc_messages: 'C',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** A folder as an element of a list setting: double quotes keep commas and blanks. */
function quotedList(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}

/** On loopback the system chooses. */
async function freePort(socket: string | null): Promise<number> {
  if (socket !== null) return socketPort;
  const probe = createServer();
  await new Promise<void>((resolve, reject) => { probe.once('error', reject).listen(0, '127.0.0.1', resolve); });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}
