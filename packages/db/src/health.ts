import type { Connection } from './connection.ts';
import { isDriverError, toSyncError } from './database-error.ts';

export interface DatabaseHealth {
  /** Such as `15.18`. */
  readonly serverVersion: string;
  /** Since when the server runs. */
  readonly startedAt: Date;
  /** Time of one small query and its answer. */
  readonly latencyMs: number;
  /** `waiting`: statements that wait for a connection. */
  readonly pool: { readonly used: number; readonly idle: number; readonly waiting: number; readonly max: number };
  /** Connections of all clients of the server. */
  readonly connections: number;
  readonly maxConnections: number;
  /** The whole database, indexes included. */
  readonly sizeBytes: number;
  /** True on a replica, and where the role or database is set to read only. */
  readonly readOnly: boolean;
  readonly replication: {
    readonly role: 'primary' | 'replica';
    /** Replicas that stream from this server now; null when the role may not see them. */
    readonly replicas: number | null;
    /** Of a replica: time since the last transaction that it replayed, or null before the first. Grows, too, while the primary is idle. */
    readonly lagMs: number | null;
  };
  /** Transactions since the oldest row of this database was frozen; at 2,000 million PostgreSQL stops writing. */
  readonly transactionIdAge: number;
  /** How long the oldest transaction of this database is open, in which vacuum can remove nothing; null when none is. */
  readonly longestTransactionMs: number | null;
}

interface Pool {
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
  max: number;
}

interface Row {
  version: string;
  started: Date;
  connections: string;
  max: number;
  size: string;
  read_only: boolean;
  replica: boolean;
  replicas: string | null;
  lag_ms: number | null;
  xid_age: number;
  longest_ms: number | null;
}

/** How the server and the pool are. @throws DB_UNAVAILABLE, DB_POOL_TIMEOUT and the like when they are not well */
export async function health(db: Connection): Promise<DatabaseHealth> {
  try {
    await db.knex.raw('select 1'); // opens a connection where none is open, which is not part of the latency
    const start = performance.now();
    await db.knex.raw('select 1');
    const latencyMs = performance.now() - start;
    const { rows } = await db.knex.raw<{ rows: [Row] }>(
      `select current_setting('server_version') as version, pg_postmaster_start_time() as started,
         (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections, current_setting('max_connections')::int as max,
         pg_database_size(current_database()) as size, pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as read_only,
         pg_is_in_recovery() as replica, case when pg_has_role('pg_monitor', 'usage') then (select count(*) from pg_stat_replication where state = 'streaming') end as replicas,
         case when pg_is_in_recovery() then extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8 * 1000 end as lag_ms,
         (select age(datfrozenxid) from pg_database where datname = current_database()) as xid_age,
         (select max(extract(epoch from clock_timestamp() - xact_start))::float8 * 1000 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()) as longest_ms`,
    );
    const [row] = rows;
    const pool = db.knex.client.pool as Pool;
    return {
      serverVersion: row.version,
      startedAt: row.started,
      latencyMs,
      pool: { used: pool.numUsed(), idle: pool.numFree(), waiting: pool.numPendingAcquires(), max: pool.max },
      connections: Number(row.connections),
      maxConnections: row.max,
      sizeBytes: Number(row.size),
      readOnly: row.read_only,
      replication: { role: row.replica ? 'replica' : 'primary', replicas: row.replicas === null ? null : Number(row.replicas), lagMs: row.lag_ms },
      transactionIdAge: row.xid_age,
      longestTransactionMs: row.longest_ms,
    };
  } catch (error) {
    throw isDriverError(error) ? toSyncError(error) : error;
  }
}
