import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError, throwIfAborted } from '@1688/core';

export interface MutexOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told once, when somebody else is inside. */
  readonly onWait?: (() => void) | undefined;
}

/**
 * Runs `act` while no other process of this machine works on this directory. There is no stale lock to judge: the system itself
 * takes it back the moment its owner dies. It is a listening address (an abstract socket on Linux, a named pipe on Windows), or
 * where there is neither, a file opened with a lock.
 * @throws LOCKED when another process holds it for longer than `timeoutMs`
 */
export async function exclusively<Value>(directory: string, { timeoutMs, signal, onWait }: MutexOptions, act: () => Promise<Value>): Promise<Value> {
  const lock = await lockOf(directory);
  const patience = AbortSignal.timeout(timeoutMs);
  const ending = signal ? AbortSignal.any([signal, patience]) : patience;
  for (let isFirst = true; ; isFirst = false) {
    throwIfAborted(signal, 'Waiting for the embedded database');
    const release = await lock.take();
    if (release) {
      try {
        return await act();
      } finally {
        await release();
      }
    }
    if (isFirst) onWait?.();
    if (patience.aborted || timeoutMs === 0) {
      throw new SyncError('LOCKED', `Expected ${directory} to be free within ${timeoutMs} ms, another process is starting or stopping its database.`, {
        hint: 'Try again; end the other process if it hangs.', retryable: true,
      });
    }
    await lock.untilFree(ending);
    await sleep(1 + Math.random() * 4); // of those who wake up together, one is the first
  }
}

type Release = () => Promise<void>;

interface Lock {
  /** Null while another holds it. */
  take(): Promise<Release | null>;
  /** Returns when it may be free, and early when the signal says so. */
  untilFree(signal: AbortSignal): Promise<void>;
}

async function lockOf(directory: string): Promise<Lock> {
  const { dev, ino } = await stat(directory, { bigint: true });
  const name = `1688sync-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return addressLock(`\0${name}`);
  if (process.platform === 'win32') return addressLock(`\\\\.\\pipe\\${name}`);
  return fileLock(path.join(directory, 'lock'));
}

/** Who waits is connected to who is inside, and is woken when that connection ends. */
function addressLock(address: string): Lock {
  return {
    async take() {
      const waiting = new Set<Socket>();
      const server = createServer((socket) => {
        waiting.add(socket);
        socket.on('error', () => {}).on('close', () => waiting.delete(socket)); // somebody who waited has died
        socket.resume().unref();
      });
      server.listen({ path: address, exclusive: true }); // else the workers of node:cluster would share it
      try {
        await once(server, 'listening');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return null;
        throw error;
      }
      server.unref();
      return () => new Promise((resolve) => {
        server.close(() => { resolve(); });
        for (const socket of waiting) socket.destroy();
      });
    },
    async untilFree(signal) {
      const connection = connect({ path: address }).resume();
      await once(connection, 'close', { signal }).catch(() => {}); // refused: it is free by now; or the signal, which the caller sees
      connection.on('error', () => {}).destroy();
    },
  };
}

/** O_EXLOCK of macOS and the BSDs, which Node has no name for: an flock that is taken with the opening. */
const exclusiveLock = 0x20;

function fileLock(file: string): Lock {
  return {
    async take() {
      try {
        const handle = await open(file, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | exclusiveLock, 0o600);
        return () => handle.close();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
        throw error;
      }
    },
    untilFree: () => sleep(20),
  };
}
