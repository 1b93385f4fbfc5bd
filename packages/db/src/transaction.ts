import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError, throwIfAborted } from '@1688/core';
import type { Knex } from 'knex';
import type pg from 'pg';
import type { Connection, Transaction } from './connection.ts';
import { cutOff } from './connection-cut.ts';
import { isDriverError, isSilence, markDriverError, sqlStateOf, toSyncError } from './database-error.ts';
import { isUnanswered, outageOf, outcomeOf } from './transaction-outage.ts';

export interface TransactionOptions {
  /** Default 'read committed'. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
  /** How often the work is run again after a collision with another transaction (40001, 40P01). Default 5. */
  readonly retries?: number;
  /**
   * How long to go on, from the first failure, while the connection breaks, the server cannot be reached or takes no writes: the work is
   * run again on a new connection. Default 0: such a failure is thrown.
   */
  readonly reconnectMs?: number;
  /**
   * Asked, on another connection, when the answer to the commit was lost: true when it took effect. It must lock a row that the work
   * writes, and so wait for the server to end a transaction that is still under way. Without it such a loss is thrown with
   * `details.outcome` 'unknown', as running the work again might do it twice.
   */
  readonly committed?: (db: Connection) => Promise<boolean>;
  /** Looked at before each attempt and before the commit. */
  readonly signal?: AbortSignal;
}

const collisions = new Set(['40001', '40P01']);

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws. `work` may run several times, so it
 * must not change anything but the database. On a transaction it makes a savepoint: a failure inside takes back only what was
 * done inside; collisions and outages then go to the outermost call, which alone can repeat everything, and `isolation` must be its.
 * @throws DB_RETRY_EXHAUSTED, DB_CONNECTION_LOST, DB_TIMEOUT, DB_POOL_TIMEOUT, ABORTED, DB_QUERY when `work` returned although one of
 * its statements had failed, and what `work` throws
 */
export async function transaction<Value>(db: Connection, work: (trx: Transaction) => Promise<Value>, options: TransactionOptions = {}): Promise<Value> {
  const { retries = 5, committed, signal } = options;
  const outage = outageOf(options);
  for (let collided = 0; ;) {
    throwIfAborted(signal, 'The transaction');
    const attempt: Attempt<Value> = {};
    try {
      return await once(db, work, options, attempt);
    } catch (error) {
      const failure = isDriverError(error) ? toSyncError(error) : error;
      if (isTransaction(db)) throw failure;
      if (collisions.has(sqlStateOf(error) ?? '')) {
        if (collided >= retries) throw exhausted(collided + 1, error);
        // The wait grows, and differs between those who collided, so that they do not meet again.
        await sleep(Math.random() * 20 * 2 ** collided);
        collided += 1;
      } else if (attempt.returned && isUnanswered(failure)) {
        if (await outcomeOf(committed && (() => committed(db)), failure, outage)) return attempt.returned.value;
      } else {
        await outage.wait(failure);
      }
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
    if (client && isSilence(error)) cutOff(client);
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

interface Attempt<Value> {
  /** What the work returned: from here on the commit is on its way. */
  returned?: { readonly value: Value };
}

async function once<Value>(db: Connection, work: (trx: Transaction) => Promise<Value>, options: TransactionOptions, attempt: Attempt<Value>): Promise<Value> {
  const { isolation, readOnly, signal } = options;
  const config = isTransaction(db) ? {} : { ...(isolation ? { isolationLevel: isolation } : {}), ...(readOnly ? { readOnly } : {}) };
  let failed: { readonly error: unknown } | undefined;
  const done = db.knex.transaction(async (trx) => {
    try {
      const value = await work({ knex: trx, schema: db.schema });
      throwIfAborted(signal, 'The transaction');
      if (!isTransaction(db)) await refuseIfAborted(trx);
      attempt.returned = { value };
      return value;
    } catch (error) {
      failed = { error };
      throw error;
    }
  }, config);
  // Where the rollback fails as well, why the work failed says more.
  return done.catch((error: unknown) => { throw failed ? failed.error : error; });
}

/** The server answers a commit of a transaction in which a statement failed with a rollback, and without an error. */
async function refuseIfAborted(trx: Knex.Transaction): Promise<void> {
  const client = (await trx.client.acquireConnection()) as pg.Client & { readonly readyForQuery: boolean };
  // A failure is told before the server says how the transaction stands; what is sent next waits for that.
  if (!client.readyForQuery) await trx.raw('select 1').catch((error: unknown) => { if (sqlStateOf(error) !== '25P02') throw error; });
  if (client.getTransactionStatus() !== 'E') return;
  throw new SyncError('DB_QUERY', 'Expected a transaction whose statements all passed, but one had failed and was passed over, so nothing can be committed.', {
    hint: 'Let the failure through, or wrap the part that may fail in a transaction of its own inside this one.',
  });
}

function exhausted(attempts: number, cause: unknown): SyncError {
  return new SyncError('DB_RETRY_EXHAUSTED', `Expected the transaction to pass within ${attempts} attempts, but each collided with another one.`, {
    hint: 'Try again when less is running, or do the work in smaller steps.',
    retryable: true,
    cause,
  });
}
