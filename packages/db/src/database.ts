import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError, throwIfAborted } from '@1688/core';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import type { Database, DirectConnection } from './connection.ts';
import { cutOff } from './connection-cut.ts';
import { maskedUrl, parseDatabaseAddress, sslSettings, type DatabaseAddress, type SslMode } from './database-address.ts';
import { prepareServer } from './database-check.ts';
import { connectionError, isSilence, markDriverError } from './database-error.ts';

export interface OpenDatabaseOptions {
  /** Schema of all our tables. Default `sync1688`. */
  readonly schema?: string;
  /** Most connections at once. Default 10; more than five times the server's cores gains nothing. */
  readonly poolMax?: number;
  /** How long a statement waits for a free connection. Default 30,000. */
  readonly poolTimeoutMs?: number;
  /** Age at which a connection is replaced. Default 3,600,000. */
  readonly recycleMs?: number;
  /** Test a connection that lay idle for a second before it is used. Default true. */
  readonly prePing?: boolean;
  /** Limit of one statement in the pool; 0 = none. Default 0. */
  readonly statementTimeoutMs?: number;
  /** Limit of one connection attempt. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** Wins over the address's `sslmode`. Default `disable`. */
  readonly sslMode?: SslMode;
  /** CA certificate as PEM text, for `verify-ca` and `verify-full`. */
  readonly sslCa?: string;
  /** Shown in pg_stat_activity. Default `1688sync`. */
  readonly applicationName?: string;
  /** Create the database when it does not exist. Default true. */
  readonly createMissing?: boolean;
  /** How long to try while the server cannot be reached. Default 0: once. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

const idleInTransactionMs = 60_000;

/**
 * Opens a pool, after checking that the server is there, lets us in, is PostgreSQL 14 or newer and has the database.
 * @param url `postgres://user:password@host:port/database`, see `parseDatabaseAddress`
 * @throws DB_UNAVAILABLE, DB_AUTH, DB_VERSION, DB_MISSING, CONFIG_INVALID, ARGUMENT_INVALID; never with the password
 */
export async function openDatabase(url: string | undefined, options: OpenDatabaseOptions = {}): Promise<Database> {
  if (!url) {
    throw new SyncError('ARGUMENT_INVALID', 'Expected the address of a database, received none.', { hint: 'Give postgres://user:password@host:5432/name.' });
  }
  const { schema = 'sync1688' } = options;
  checkSchemaName(schema);
  const address = parseDatabaseAddress(url);
  const settings = await reachable(address, options);
  const pool = openPool(settings, options, maskedUrl(address));
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= pool.destroy());
  return {
    knex: pool,
    schema,
    url: maskedUrl(address),
    close,
    connect: ({ database } = {}) => connectDirectly(database === undefined ? settings : { ...settings, database }, maskedUrl(address)),
    [Symbol.asyncDispose]: close,
  };
}

/** Settings with which the server really let us in; tries again until `waitMs` is over while it cannot be reached. */
async function reachable(address: DatabaseAddress, options: OpenDatabaseOptions): Promise<pg.ClientConfig> {
  const { waitMs = 0, createMissing = true, signal } = options;
  const modes = sslModesToTry(options.sslMode ?? address.sslMode);
  const deadline = Date.now() + waitMs;
  for (let attempt = 0; ; attempt += 1) {
    throwIfAborted(signal, 'Opening the database');
    try {
      return await firstThatWorks(modes, async (mode) => {
        const settings = await clientSettings(address, mode, options);
        await prepareServer(settings, address, createMissing);
        return settings;
      });
    } catch (error) {
      const failure = connectionError(error, maskedUrl(address));
      const pauseMs = Math.min(200 * 2 ** attempt, 5_000);
      if (failure.code !== 'DB_UNAVAILABLE' || !failure.retryable || Date.now() + pauseMs > deadline) throw failure;
      await sleep(pauseMs, undefined, signal ? { signal } : {}).catch(() => throwIfAborted(signal, 'Opening the database'));
    }
  }
}

function sslModesToTry(mode: SslMode): readonly SslMode[] {
  return mode === 'prefer' ? ['prefer', 'disable'] : [mode];
}

/** `prefer` means: with TLS if the server has it, else without. */
async function firstThatWorks<Value>(modes: readonly SslMode[], attempt: (mode: SslMode) => Promise<Value>): Promise<Value> {
  const [first = 'disable', second] = modes;
  return attempt(first).catch((error: unknown) => {
    const refused = error instanceof Error && error.message.includes('does not support SSL');
    if (second && refused) return attempt(second);
    throw error;
  });
}

async function clientSettings(address: DatabaseAddress, mode: SslMode, options: OpenDatabaseOptions): Promise<pg.ClientConfig> {
  const { applicationName, connectTimeoutMs = 10_000, sslCa = null } = options;
  const { host, port, user, password, database } = address;
  return {
    host, port, user, database,
    ...(password === null ? {} : { password }),
    ssl: await sslSettings(address, mode, sslCa),
    application_name: applicationName ?? address.applicationName ?? '1688sync',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    // pg reads dates only in ISO form, whatever the role or the database have set.
    options: ['-c datestyle=ISO', '-c client_min_messages=warning', address.options].filter(Boolean).join(' '),
  };
}

function openPool(settings: pg.ClientConfig, options: OpenDatabaseOptions, url: string): Knex {
  const { poolMax = 10, poolTimeoutMs = 30_000, recycleMs = 3_600_000, prePing = true, statementTimeoutMs = 0 } = options;
  const pool = knex({
    client: 'pg',
    connection: {
      ...settings,
      idle_in_transaction_session_timeout: idleInTransactionMs,
      // The server ends a statement first; ours is for a server that no longer answers.
      ...(statementTimeoutMs > 0 ? { statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + 2_000 } : {}),
    } as Knex.PgConnectionConfig,
    pool: {
      min: 0,
      max: poolMax,
      acquireTimeoutMillis: poolTimeoutMs,
      maxConnectionLifetimeMillis: recycleMs,
      ...(prePing ? { validate: pinging() } : {}),
    },
    compileSqlOnError: false,
    log: { warn() {}, error() {}, deprecate() {}, debug() {} },
  });
  const connectRaw = pool.client.acquireRawConnection.bind(pool.client) as () => Promise<pg.Client>;
  pool.client.acquireRawConnection = () => connectRaw().catch((error: unknown) => { throw connectionError(error, url); });
  pool.on('query-error', (error: Error, { sql, __knexUid: id }: { sql: string; __knexUid?: string }) => {
    markDriverError(error);
    // knex puts the whole statement before the message, which may be a megabyte.
    if (error.message.startsWith(`${sql} - `)) error.message = error.message.slice(sql.length + 3);
    if (isSilence(error)) cutOff((pool.client.pool as Pool).used.find(({ resource: { __knexUid: each } }) => each === id)?.resource);
  });
  return pool;
}

interface Pool {
  readonly used: readonly { readonly resource: pg.Client & { readonly __knexUid?: string } }[];
}

/** Says whether a connection still answers; asks only those that were not taken during the last second. */
function pinging(): (client: pg.Client) => Promise<boolean> {
  const takenAt = new WeakMap<pg.Client, number>();
  return async (client) => {
    const now = performance.now();
    const idle = now - (takenAt.get(client) ?? now) > 1_000;
    takenAt.set(client, now);
    const ping: pg.QueryConfig & { query_timeout: number } = { text: 'select 1', query_timeout: 5_000 };
    return !idle || client.query(ping).then(() => true, () => false); // a dead connection is replaced, the caller notices nothing
  };
}

async function connectDirectly(settings: pg.ClientConfig, url: string): Promise<DirectConnection> {
  const keepAlive = '-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3';
  const client = new pg.Client({ ...settings, options: `${settings.options} ${keepAlive}` });
  // Without a listener a cut connection would end the process; whoever uses it gets the failure from its next statement.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw connectionError(error, url);
  }
  // A server that can shall notice during a statement, too, that we were killed; some platforms cannot, and refuse the setting.
  await client.query("set client_connection_check_interval = '2s'").catch(() => {});
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= client.end());
  return { client, close, [Symbol.asyncDispose]: close };
}

function checkSchemaName(schema: string): void {
  const bytes = Buffer.byteLength(schema);
  if (bytes >= 1 && bytes <= 63 && !schema.includes('\0') && !schema.startsWith('pg_')) return;
  throw new SyncError('ARGUMENT_INVALID', `Expected a schema name of 1 to 63 bytes that does not begin with pg_, received ${JSON.stringify(schema)}.`);
}
