import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError, throwIfAborted } from '@1688/core';
import { hasLivingClaimant, lockKey, type Database } from '@1688/db';

export interface MoveLock extends AsyncDisposable {
  /** @throws DB_CONNECTION_LOST when the lock was lost with its connection */
  stillHeld(): Promise<void>;
}

/** Lets one move of a store run at a time; ends with the process, however that ends. @throws LOCKED */
export async function lockMove(db: Database): Promise<MoveLock> {
  const connection = await db.connect();
  const { rows: [row] } = await connection.client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [lockKey(db.schema, 'storage-move')]);
  if (!row?.locked) {
    await connection.close();
    throw new SyncError('LOCKED', 'Another process moves this picture store.', { hint: 'Wait until it has ended.', retryable: true });
  }
  return {
    async stillHeld() {
      await connection.client.query('select 1').catch((cause: unknown) => {
        throw new SyncError('DB_CONNECTION_LOST', 'The connection that holds the lock of this move was lost.', { hint: 'Run the same command again: it goes on where it was.', retryable: true, cause });
      });
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

/**
 * Waits until no process fetches pictures into the store.
 * @throws LOCKED when one still does after `waitMs`
 */
export async function untilNobodyPulls(db: Database, { waitMs, signal }: { readonly waitMs: number; readonly signal?: AbortSignal }): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (await hasLivingClaimant(db)) {
    if (Date.now() >= deadline) {
      throw new SyncError('LOCKED', 'Expected nobody to pull pictures at the moment of the switch, but a pull runs.', { hint: 'Let it end or stop it, then run the same command again: what was copied stays.', retryable: true });
    }
    await sleep(250, undefined, signal ? { signal } : {}).catch(() => throwIfAborted(signal, 'Moving the picture store'));
  }
}
