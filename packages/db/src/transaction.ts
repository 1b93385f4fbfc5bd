import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError, throwIfAborted } from '@1688/core';
import type pg from 'pg';
import type { Connection, Transaction } from './connection.ts';
import { isDriverError, markDriverError, sqlStateOf, toSyncError } from './database-error.ts';

export interface TransactionOptions {
  /** Default 'read committed'. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
  /** How often the work is run again after a collision with another transaction (40001, 40P01). Default 5. */
  readonly retries?: number;
  /** Looked at before each attempt and before the commit. */
  readonly signal?: AbortSignal;
}

const collisions = new Set(['40001', '40P01']);

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws. `work` may run several times, so it
 * must not change anything but the database. On a transaction it makes a savepoint: a failure inside takes back only what was
 * done inside; collisions then go to the outermost call, which alone can repeat everything, and `isolation` must be its.
 * @throws DB_RETRY_EXHAUSTED, DB_CONNECTION_LOST, DB_POOL_TIMEOUT, ABORTED, and what `work` throws
 */
export async function transaction<Value>(db: Connection, work: (trx: Transaction) => Promise<Value>, options: TransactionOptions = {}): Promise<Value> {
  const { retries = 5, signal } = options;
  const attempts = db.knex.isTransaction === true ? 0 : retries;
  for (let attempt = 0; ; attempt += 1) {
    throwIfAborted(signal, 'The transaction');
    try {
      return await once(db, work, options);
    } catch (error) {
      const collided = collisions.has(sqlStateOf(error) ?? '');
      if (!collided || db.knex.isTransaction === true) throw isDriverError(error) ? toSyncError(error) : error;
      if (attempt >= attempts) throw exhausted(attempt + 1, error);
      // The wait grows, and differs between those who collided, so that they do not meet again.
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

/** Like `transaction`, but joins one that is open already, without a savepoint. */
export async function atomically<Value>(db: Connection, work: (trx: Transaction) => Promise<Value>, options: TransactionOptions = {}): Promise<Value> {
  return isTransaction(db) ? work(db) : transaction(db, work, options);
}

/**
 * Lends the raw client of a connection, for COPY and cursors: inside a transaction that transaction's own. It must not be
 * used after `work` has ended. When `work` fails outside a transaction the client is thrown away, as nobody knows its state.
 */
export async function withClient<Value>(connection: Connection, work: (client: pg.ClientBase) => Promise<Value>): Promise<Value> {
  const { client: pool } = connection.knex;
  let client: PooledClient | undefined;
  try {
    client = (await pool.acquireConnection()) as PooledClient;
    // A socket that breaks says so with the network's own error, which alone does not tell whose socket it was.
    client.on('error', markDriverError);
    return await work(client);
  } catch (error) {
    if (client && !isTransaction(connection)) discard(client, error);
    throw isDriverError(error) ? toSyncError(error) : error;
  } finally {
    client?.off('error', markDriverError);
    if (client) await pool.releaseConnection(client);
  }
}

type PooledClient = pg.ClientBase & { end(): Promise<void> };

/** knex looks at its own mark before it hands a connection out again. */
function discard(client: PooledClient, reason: unknown): void {
  Object.assign(client, { __knex__disposed: reason ?? true });
  client.end().catch(() => {}); // its socket may be gone already
}

function isTransaction(connection: Connection): connection is Transaction {
  return connection.knex.isTransaction === true;
}

async function once<Value>(db: Connection, work: (trx: Transaction) => Promise<Value>, { isolation, readOnly, signal }: TransactionOptions): Promise<Value> {
  const nested = isTransaction(db);
  const config = nested ? {} : { ...(isolation ? { isolationLevel: isolation } : {}), ...(readOnly ? { readOnly } : {}) };
  return db.knex.transaction(async (trx) => {
    const value = await work({ knex: trx, schema: db.schema });
    throwIfAborted(signal, 'The transaction');
    return value;
  }, config);
}

function exhausted(attempts: number, cause: unknown): SyncError {
  return new SyncError('DB_RETRY_EXHAUSTED', `Expected the transaction to pass within ${attempts} attempts, but each collided with another one.`, {
    hint: 'Try again when less is running, or do the work in smaller steps.',
    retryable: true,
    cause,
  });
}
