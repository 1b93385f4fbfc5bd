import type { Connection } from './connection.ts';
import { isDriverError, toSyncError } from './database-error.ts';

export interface DatabaseHealth {
  /** Such as `15.18`. */
  readonly serverVersion: string;
  /** Time of one small query and its answer. */
  readonly latencyMs: number;
  readonly pool: { readonly used: number; readonly free: number; readonly waiting: number; readonly max: number };
  /** Connections of all clients of the server. */
  readonly connections: number;
  readonly maxConnections: number;
  /** The whole database, indexes included. */
  readonly sizeBytes: number;
  /** True on a replica, which takes no writes. */
  readonly readOnly: boolean;
}

interface Pool {
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
  max: number;
}

/** How the server and the pool are. @throws DB_UNAVAILABLE, DB_POOL_TIMEOUT and the like when they are not well */
export async function health(db: Connection): Promise<DatabaseHealth> {
  try {
    await db.knex.raw('select 1'); // opens a connection where none is open, which is not part of the latency
    const start = performance.now();
    await db.knex.raw('select 1');
    const latencyMs = performance.now() - start;
    const { rows } = await db.knex.raw<{ rows: { version: string; connections: string; max: number; size: string; read_only: boolean }[] }>(
      `select current_setting('server_version') as version, (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
         current_setting('max_connections')::int as max, pg_database_size(current_database()) as size,
         pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as read_only`,
    );
    const [row] = rows;
    const pool = db.knex.client.pool as Pool;
    return {
      serverVersion: row?.version ?? '',
      latencyMs,
      pool: { used: pool.numUsed(), free: pool.numFree(), waiting: pool.numPendingAcquires(), max: pool.max },
      connections: Number(row?.connections),
      maxConnections: row?.max ?? 0,
      sizeBytes: Number(row?.size),
      readOnly: row?.read_only ?? false,
    };
  } catch (error) {
    throw isDriverError(error) ? toSyncError(error) : error;
  }
}
