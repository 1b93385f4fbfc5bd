import { isSyncError, SyncError } from '@1688/core';
import { collectBytes, type StorageBackend, type StoredObject } from '@1688/storage';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { lockKeyOf, lockPrefix } from './repository-key.ts';

const heartbeatMs = 60_000;
const staleMs = 30 * 60_000;

interface LockFacts {
  readonly kind: 'backup' | 'prune';
  readonly host: string;
  readonly pid: number;
  readonly startedAt: string;
}

/**
 * Says in the repository what is being done there. Backups do not disturb each other; pruning needs to be alone. A lock whose
 * process is dead, or that gave no sign for half an hour, counts for nothing.
 * @throws LOCKED
 */
export async function lockRepository(repository: StorageBackend, kind: LockFacts['kind']): Promise<AsyncDisposable> {
  const key = lockKeyOf(randomUUID());
  const facts: LockFacts = { kind, host: hostname(), pid: process.pid, startedAt: new Date().toISOString() };
  const write = (): Promise<unknown> => repository.put(key, `${JSON.stringify(facts)}\n`);
  await write();
  const release = (): Promise<void> => repository.delete(key);
  try {
    await refuseOthers(repository, key, kind);
  } catch (error) {
    await release();
    throw error;
  }
  // A heartbeat that fails is made up for by the next one.
  const timer = setInterval(() => void write().catch(() => {}), heartbeatMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await release();
    },
  };
}

async function refuseOthers(repository: StorageBackend, own: string, kind: LockFacts['kind']): Promise<void> {
  const locks: StoredObject[] = [];
  for await (const object of repository.list(lockPrefix)) locks.push(object);
  // Our own lock was written just now: by the storage's clock, which wrote the others' times too. This machine's may be a day off.
  const now = locks.find((each) => each.key === own)?.modifiedAt.getTime() ?? Date.now();
  for (const object of locks) {
    if (object.key === own) continue;
    const facts = await readLock(repository, object.key);
    if (!facts || (kind === 'backup' && facts.kind === 'backup')) continue;
    if (now - object.modifiedAt.getTime() > staleMs || isDead(facts)) {
      await repository.delete(object.key);
      continue;
    }
    throw new SyncError('LOCKED', `Expected the repository to be free for a ${kind}, received a ${facts.kind} of process ${facts.pid} on ${facts.host} since ${facts.startedAt}.`, {
      hint: 'Wait until it is done; a lock without a sign of life is ignored after 30 minutes.',
      retryable: true,
    });
  }
}

async function readLock(repository: StorageBackend, key: string): Promise<LockFacts | null> {
  try {
    return JSON.parse(Buffer.from(await collectBytes((await repository.get(key)).body)).toString('utf8')) as LockFacts;
  } catch (error) {
    if (isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING') return null; // released meanwhile
    if (error instanceof SyntaxError) return null; // cut by a crash, so its writer is gone
    throw error;
  }
}

function isDead({ host, pid }: LockFacts): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0); // asks whether it lives, ends nothing
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
