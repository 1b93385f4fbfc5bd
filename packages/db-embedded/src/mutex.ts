import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError, throwIfAborted } from '@1688/core';
import { isAlive, startOf } from './process-identity.ts';

export interface MutexOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `act` while no other process works on this directory. A process that dies lets go at once: the lock is a listening
 * address, which the system itself takes back (an abstract socket on Linux, a named pipe on Windows). Elsewhere it is a file
 * that names its owner.
 * @throws LOCKED when another process holds it for longer than `timeoutMs`
 */
export async function exclusively<Value>(directory: string, { timeoutMs, signal }: MutexOptions, act: () => Promise<Value>): Promise<Value> {
  const acquire = await attempt(directory);
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    throwIfAborted(signal, 'Waiting for the embedded database');
    const release = await acquire();
    if (release) {
      try {
        return await act();
      } finally {
        await release();
      }
    }
    if (Date.now() > deadline) {
      throw new SyncError('LOCKED', `Expected ${directory} to be free within ${timeoutMs} ms, another process is starting or stopping its database.`, {
        hint: 'Try again; end the other process if it hangs.', retryable: true,
      });
    }
    await sleep(5 + Math.random() * 15);
  }
}

type Release = () => Promise<void>;

async function attempt(directory: string): Promise<() => Promise<Release | null>> {
  const { dev, ino } = await stat(directory, { bigint: true });
  const name = `1688sync-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return () => listenOn(`\0${name}`);
  if (process.platform === 'win32') return () => listenOn(`\\\\.\\pipe\\${name}`);
  return () => takeFile(path.join(directory, 'lock'));
}

async function listenOn(address: string): Promise<Release | null> {
  const server = createServer((socket) => { socket.destroy(); });
  server.listen({ path: address });
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return null;
    throw error;
  }
  server.unref();
  return () => new Promise((resolve) => { server.close(() => { resolve(); }); });
}

/** A link to a finished file appears whole; a dead owner's is moved away, and put back if it was exchanged in that moment. */
async function takeFile(file: string): Promise<Release | null> {
  const mine = `${process.pid} ${await startOf(process.pid)} ${Math.random()}`;
  const draft = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, mine, { mode: 0o600 });
  try {
    for (let tries = 0; tries < 2; tries += 1) {
      const taken = await link(draft, file).then(() => true, (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        throw error;
      });
      if (taken) return () => rm(file, { force: true });
      if (!(await removeStale(file, `${draft}.stale`))) return null;
    }
    return null;
  } finally {
    await rm(draft, { force: true });
  }
}

async function removeStale(file: string, aside: string): Promise<boolean> {
  const seen = await readFile(file, 'utf8').catch(() => null); // let go in the meantime
  if (seen === null) return true;
  const [pid = '', startedAt = ''] = seen.split(' ');
  if (await isAlive(Number(pid), startedAt)) return false;
  const moved = await rename(file, aside).then(() => true, () => false); // somebody else was faster
  if (!moved) return true;
  if ((await readFile(aside, 'utf8')) !== seen) await link(aside, file).catch(() => {}); // a living owner's: it gets it back
  await rm(aside, { force: true });
  return true;
}
