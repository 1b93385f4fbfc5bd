import { SyncError } from '@1688/core';
import { lockKey, type DirectConnection } from '@1688/db';
import type { ConsistencyTarget } from './target.ts';

/**
 * Runs `work` while nobody else mends this schema. `stillHeld` fails when the lock was lost with its connection.
 * @throws LOCKED, DB_CONNECTION_LOST
 */
export async function withFixLock<Result>(target: ConsistencyTarget, work: (stillHeld: () => Promise<void>) => Promise<Result>): Promise<Result> {
  await using connection = await target.db.connect();
  if (!(await tryLock(connection, target.schema))) {
    throw new SyncError('LOCKED', `Another process mends the schema "${target.schema}".`, { hint: 'Wait until it has ended, then try again.', retryable: true });
  }
  return await work(async () => {
    await connection.client.query('select 1').catch((cause: unknown) => {
      throw new SyncError('DB_CONNECTION_LOST', 'The connection that holds the lock of this fix was lost.', { hint: 'Run the same plan again: what was done stays done.', retryable: true, cause });
    });
  });
}

async function tryLock({ client }: DirectConnection, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [lockKey(schema, 'consistency-fix')]);
  return rows[0]?.locked ?? false;
}
