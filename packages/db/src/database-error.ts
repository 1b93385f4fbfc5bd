import { isSyncError, SyncError, type ErrorCode } from '@1688/core';

interface Meaning {
  readonly code: ErrorCode;
  readonly retryable?: boolean;
  readonly hint?: string;
}

const unavailable: Meaning = { code: 'DB_UNAVAILABLE', retryable: true, hint: 'Check that PostgreSQL runs and that host and port are right, then try again.' };
const lost: Meaning = { code: 'DB_CONNECTION_LOST', retryable: true, hint: 'Run the same thing again: what was not committed was rolled back.' };
const timeout: Meaning = { code: 'DB_TIMEOUT', retryable: true, hint: 'Raise DB_STATEMENT_TIMEOUT, or look for what blocks the statement.' };
const collision: Meaning = { code: 'DB_CONFLICT', retryable: true, hint: 'Run the transaction again.' };
const permission: Meaning = { code: 'DB_PERMISSION', hint: 'Ask the owner of the database for the privilege, or use another role.' };

/** A server that takes only connections with TLS knows no line of pg_hba.conf for one without. */
const wantsTls: Meaning = { code: 'DB_AUTH', hint: 'The server lets nobody in without encryption: set DB_SSLMODE to require or verify-full.' };

/** SQLSTATE, or its class of two characters, → what it means for us. The longer key wins. */
const meanings: Readonly<Record<string, Meaning>> = {
  '08': lost,
  '08001': unavailable,
  '08004': unavailable,
  '23': { code: 'DB_QUERY' },
  '23503': { code: 'DB_FOREIGN_KEY', hint: 'Store the row that is referred to first.' },
  '23505': { code: 'DB_CONFLICT', hint: 'Read the row that exists and decide which one is right.' },
  '25006': { code: 'DB_READONLY', retryable: true, hint: 'The server is a replica, or default_transaction_read_only is on: use the primary.' },
  '25P03': lost,
  '28': { code: 'DB_AUTH', hint: 'Check user and password, and the lines of pg_hba.conf.' },
  '3D000': { code: 'DB_MISSING' },
  '40001': collision,
  '40P01': collision,
  '42501': permission,
  '53': unavailable,
  '53100': { code: 'DB_STORAGE_FULL', hint: 'Free space on the disk of the database.' },
  '53200': { code: 'DB_UNAVAILABLE', retryable: true, hint: 'The server is out of memory.' },
  '53300': { code: 'DB_UNAVAILABLE', retryable: true, hint: 'All connections of the server are taken: lower DB_POOL_MAX, or raise max_connections.' },
  '55P03': { code: 'LOCKED', retryable: true, hint: 'Another session holds a lock on this table or row.' },
  '57014': timeout,
  '57P01': lost,
  '57P02': lost,
  '57P03': unavailable,
  '57P05': lost,
  '58': { code: 'DB_CORRUPT', hint: 'Look into the log of the server.' },
  '58030': { code: 'DB_UNAVAILABLE', retryable: true, hint: 'The server cannot read or write its disk.' },
  'XX001': { code: 'DB_CORRUPT', hint: 'Stop writing and restore the last verified backup.' },
  'XX002': { code: 'DB_CORRUPT', hint: 'Run REINDEX on the index that is named.' },
};

const network: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: unavailable, ENOTFOUND: unavailable, EAI_AGAIN: unavailable, EHOSTUNREACH: unavailable, ENETUNREACH: unavailable,
  ETIMEDOUT: unavailable, ENOENT: unavailable, EACCES: { ...permission, code: 'DB_UNAVAILABLE' },
  ECONNRESET: lost, EPIPE: lost,
};

/** What pg and knex say, in these words, when a statement could not be sent or its answer did not come. */
const inQueries: readonly (readonly [RegExp, Meaning])[] = [
  [/^Knex: Timeout acquiring a connection/, { code: 'DB_POOL_TIMEOUT', retryable: true, hint: 'Too much runs at once: lower the concurrency, or raise DB_POOL_MAX.' }],
  [/^Query read timeout/, timeout],
  [/^(Connection terminated|Connection ended|Client has encountered a connection error|Client was closed)/, lost],
  [/^Unable to acquire a connection/, { code: 'DB_CONNECTION_LOST', hint: 'The database was closed by this program.' }],
];

/** What they say while connecting. */
const whenConnecting: readonly (readonly [RegExp, Meaning])[] = [
  [/^(Query read timeout|timeout expired|timeout exceeded|Connection terminated due to connection timeout|Connection terminated)/, unavailable],
  [/SASL|SCRAM|password/, { code: 'DB_AUTH', hint: 'Give the password in DATABASE_URL or DB_PASSWORD.' }],
  [/does not support SSL/, { code: 'DB_UNAVAILABLE', hint: 'Set DB_SSLMODE to disable or prefer.' }],
  [/certificate|altnames/, { code: 'DB_UNAVAILABLE', hint: 'Give the certificate of the CA in DB_SSL_CA, or set DB_SSLMODE to require.' }],
];

/** The five characters by which PostgreSQL names a failure, wherever it hides in `error`, or null. */
export function sqlStateOf(error: unknown): string | null {
  const seen = new Set<unknown>();
  for (let each = error; typeof each === 'object' && each !== null && !seen.has(each);) {
    seen.add(each);
    const { code, nativeError, cause } = each as { code?: unknown; nativeError?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in each) return code;
    each = nativeError ?? cause;
  }
  return null;
}

const mark = Symbol('from the database');

/** Remembers of an error that has no SQLSTATE, such as a broken socket, that a statement met it. */
export function markDriverError(error: object): void {
  Object.defineProperty(error, mark, { value: true, configurable: true });
}

/** True when the server did not answer within the client's own limit: its connection waits for that answer and serves nobody else. */
export function isSilence(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** True for what pg, knex and objection throw; false for our own errors and for what else a caller's code may throw. */
export function isDriverError(error: unknown): error is Error {
  if (isSyncError(error) || typeof error !== 'object' || error === null) return false;
  if (mark in error || 'nativeError' in error || sqlStateOf(error) !== null) return true;
  return inQueries.some(([pattern]) => pattern.test(messageOf(error)));
}

/**
 * Our error for one of pg, knex or objection, which becomes its `cause`; our own errors come back as they are.
 * @param doing what was tried, for the message
 */
export function toSyncError(error: unknown, doing = 'The database'): SyncError {
  return wrapped(error, doing, inQueries);
}

/** The same for a connection attempt, where other words are used. Unix sockets and names that do not resolve end here too. */
export function connectionError(error: unknown, url: string): SyncError {
  return wrapped(error, `Connecting to ${url}`, whenConnecting);
}

function wrapped(error: unknown, doing: string, sentences: typeof inQueries): SyncError {
  if (isSyncError(error)) return error;
  const native = nativeOf(error);
  if (isSyncError(native)) return native;
  const sqlState = sqlStateOf(native);
  const { code, retryable = false, hint } = meaningOf(native, sqlState, sentences);
  const { schema, table, column, constraint, detail } = native as Partial<Record<string, string>>;
  const facts = Object.entries({ sqlState, schema, table, column, constraint }).filter(([, value]) => value != null);
  const detailed = sqlState?.startsWith('23') && detail ? ` (${detail})` : '';
  return new SyncError(code, `${doing}: ${messageOf(native)}${detailed}`, {
    ...(hint === undefined ? {} : { hint }),
    retryable,
    cause: error,
    details: Object.fromEntries(facts),
  });
}

function meaningOf(error: object, sqlState: string | null, sentences: typeof inQueries): Meaning {
  if (sqlState === '28000' && messageOf(error).endsWith('no encryption')) return wantsTls;
  if (sqlState !== null) return meanings[sqlState] ?? meanings[sqlState.slice(0, 2)] ?? { code: 'DB_QUERY' };
  const code = 'code' in error ? String(error.code) : '';
  return network[code] ?? sentences.find(([pattern]) => pattern.test(messageOf(error)))?.[1] ?? { code: 'DB_QUERY' };
}

/** objection wraps what knex threw; an AggregateError of several addresses is told by its first. */
function nativeOf(error: unknown): object {
  if (typeof error !== 'object' || error === null) return new Error(String(error));
  if ('nativeError' in error && typeof error.nativeError === 'object' && error.nativeError !== null) return error.nativeError;
  return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
}

function messageOf(error: object): string {
  return 'message' in error ? String(error.message) : 'unknown failure';
}
