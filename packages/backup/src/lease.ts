import { lockKey, quoteName, type Database } from '@1688/db';
import { SyncError } from '@1688/core';
import { randomUUID } from 'node:crypto';
import { openSession, refuseLent } from './session.ts';

/** While a lease lives nobody deletes a picture whose last reference went away after it began. */
export interface Lease extends AsyncDisposable {
  /** Renews it. False when it ran out or was taken away: then pictures may be gone that the snapshot refers to. */
  renew(): Promise<boolean>;
}

const heartbeatMs = 30_000;
const validFor = `interval '10 minutes'`;

/** Committed before it returns, so it is older than any snapshot taken afterwards. Null where the schema keeps no leases. */
export async function takeLease(db: Database, schema: string): Promise<Lease | null> {
  const table = `${quoteName(schema)}.backup_leases`;
  const [found] = (await db.knex.raw<{ rows: { usable: boolean }[] }>(
    `select count(*) = 4 and not pg_is_in_recovery() as usable from information_schema.columns
     where table_schema = ? and table_name = 'backup_leases' and column_name in ('id', 'started_at', 'heartbeat_at', 'expires_at')`, [schema])).rows;
  if (!found?.usable) return null;
  const id = randomUUID();
  await db.knex.raw(`delete from ${table} where expires_at < now() - interval '1 day'`);
  await db.knex.raw(`insert into ${table} (id, started_at, heartbeat_at, expires_at) values (?, now(), now(), now() + ${validFor})`, [id]);
  const renew = async (): Promise<boolean> => {
    const { rowCount } = await db.knex.raw<{ rowCount: number }>(
      `update ${table} set heartbeat_at = now(), expires_at = now() + ${validFor} where id = ? and expires_at > now()`, [id]);
    return rowCount === 1;
  };
  // One that fails is made up for by the next; the last one, by hand, decides.
  const timer = setInterval(() => void renew().catch(() => {}), heartbeatMs);
  timer.unref();
  return {
    renew,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await db.knex.raw(`delete from ${table} where id = ?`, [id]);
    },
  };
}

/**
 * Holds the lock that lets one backup or restore of a schema run at a time; it ends with the process, however that ends.
 * @throws LOCKED; REFUSED behind a pooler that lends connections to transactions
 */
export async function lockSchema(db: Database, schema: string, purpose: 'backup' | 'restore'): Promise<AsyncDisposable> {
  const doing = `Locking the schema for a ${purpose}`;
  const session = await openSession(db, { doing });
  try {
    await refuseLent(db, session, doing);
    const [row] = await session.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [lockKey(schema, purpose)]);
    if (!row?.locked) {
      throw new SyncError('LOCKED', `Expected no other ${purpose} of the schema ${schema} to run, received one that does.`, { hint: 'Wait until it is done.', retryable: true });
    }
    return session;
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}

/** Runs `work` while a lock is held, and gives it back however `work` ends. */
export async function holding<Value>(taken: Promise<AsyncDisposable>, work: () => Promise<Value>): Promise<Value> {
  const lock = await taken;
  try {
    return await work();
  } finally {
    await lock[Symbol.asyncDispose]();
  }
}
