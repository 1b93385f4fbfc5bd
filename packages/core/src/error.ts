/** Every code we throw and what it means; docs/reference/errors.md is generated from this table. */
export const errorCodes = {
  ABORTED: 'The caller cancelled the work.',
  ARGUMENT_INVALID: 'An argument is outside what the function accepts.',
  CONFIG_INVALID: 'A configuration value has the wrong form, or its name is unknown.',
  CONFIG_PROXY_IGNORED: 'Warning: a proxy that the environment names is not used for pictures.',
  CONFIG_UNSAFE: 'The configuration would expose data or disable a guard.',
  FEATURE_UNAVAILABLE: 'A part this needs is not installed on this machine.',
  INTERNAL: 'A defect in this software.',
  LOCKED: 'Another process works on the same thing.',
  HISTORY_PRUNED: 'The history of that date was deleted.',
  NOT_FOUND: 'Nothing is known under this id or name.',
  REFUSED: 'A guard stopped a dangerous step.',
  STORE_NOT_FOUND: 'There is no 1688sync store here.',

  FIELD_INVALID: 'A field of a record has a value that cannot be stored.',
  FIELD_MISSING: 'A field that every record needs is absent.',
  FIELD_TOO_LONG: 'A field of a record is longer than its limit.',
  RECORD_INVALID: 'A record is not an object, or its text is not valid.',

  SOURCE_EMPTY: 'The input has no record.',
  SOURCE_ENCODING: 'The bytes of the input are not text in the expected encoding.',
  SOURCE_FORMAT: 'The input is of no file type that is known here.',
  SOURCE_PROFILE: 'No profile fits the records of the input.',
  SOURCE_UNREADABLE: 'The input cannot be opened or read.',

  DB_AUTH: 'PostgreSQL refused the user or the password.',
  DB_CONFLICT: 'The row was changed by somebody else in the meantime, or a unique key is taken.',
  DB_CONNECTION_LOST: 'The connection to PostgreSQL broke during the work.',
  DB_CORRUPT: 'PostgreSQL says that its files are damaged.',
  DB_ENGINE_MISSING: 'No PostgreSQL programs were found for the embedded database.',
  DB_FOREIGN_KEY: 'A row refers to a row that does not exist.',
  DB_MISSING: 'The database does not exist and could not be created.',
  DB_PERMISSION: 'The database role lacks a privilege.',
  DB_POOL_TIMEOUT: 'No connection of the pool became free in time.',
  DB_QUERY: 'PostgreSQL refused a statement.',
  DB_READONLY: 'The database accepts no writes at the moment.',
  DB_RETRY_EXHAUSTED: 'A transaction collided with others too often.',
  DB_SCHEMA_TOO_NEW: 'The database was migrated by a newer version of this software.',
  DB_STORAGE_FULL: 'The disk of the database is full.',
  DB_TIMEOUT: 'A statement took longer than allowed.',
  DB_UNAVAILABLE: 'PostgreSQL cannot be reached, or takes no connections.',
  DB_UNSAFE_DIRECTORY: 'The directory cannot hold a private database.',
  DB_VERSION: 'The PostgreSQL version is not supported, or does not fit the data directory.',
  MIGRATE_BLOCKED: 'Another session holds a lock that a migration needs.',
  MIGRATE_CHECKSUM: 'A migration that was applied differs from the one in this version.',
  MIGRATE_FAILED: 'A migration failed and was rolled back.',

  STORAGE_CONFLICT: 'An object exists already under this key.',
  STORAGE_CORRUPT: 'The bytes of an object are not those that were stored.',
  STORAGE_DRIVER: 'A storage backend broke its contract.',
  STORAGE_FULL: 'The storage has no room left.',
  STORAGE_IO: 'The storage failed to read or write.',
  STORAGE_KEY: 'The key is not allowed.',
  STORAGE_OBJECT_MISSING: 'Nothing is stored under this key.',
  STORAGE_PERMISSION: 'The storage refused access.',
  STORAGE_READONLY: 'The storage is read-only.',
  STORAGE_TIMEOUT: 'The storage did not answer in time.',
  STORAGE_UNSUPPORTED: 'The backend does not offer this capability.',
  STORAGE_WRONG_ROOT: 'The storage is not the one that this database belongs to.',

  URL_CREDENTIALS: 'The address carries a user name or password.',
  URL_INVALID: 'The text is not an address.',
  URL_PORT: 'The port of the address is not allowed.',
  URL_SCHEME: 'The scheme of the address is not http or https.',
  ADDRESS_BLOCKED: 'The address leads to a private or reserved network.',
  DNS_FAILED: 'The host name could not be resolved.',
  FETCH_CONNECT: 'The origin could not be connected to.',
  FETCH_DENIED: 'The origin refused the request (401, 403).',
  FETCH_ENCODING: 'The origin sent a content encoding that was not asked for.',
  FETCH_GONE: 'The origin says that the picture does not exist (404, 410).',
  FETCH_PROTOCOL: 'The origin broke the HTTP protocol.',
  FETCH_RESET: 'The origin broke the connection.',
  FETCH_STATUS: 'The origin answered with a status that carries no picture.',
  FETCH_TIMEOUT: 'The origin was too slow.',
  FETCH_TLS: 'The TLS certificate or handshake of the origin is not valid.',
  FETCH_TOO_LARGE: 'The body is larger than allowed.',
  FETCH_TRUNCATED: 'The body ended before its announced length.',
  ORIGIN_SUSPENDED: 'The origin failed repeatedly and is left alone for a while.',
  REDIRECT_BLOCKED: 'A redirect leads to an address that is not allowed.',
  REDIRECT_LIMIT: 'There were too many redirects, or they form a loop.',
  IMAGE_CORRUPT: 'The picture cannot be decoded.',
  IMAGE_CRASH: 'The picture crashed its decoder.',
  IMAGE_EMPTY: 'The picture has no bytes.',
  IMAGE_FRAMES: 'The animation has too many frames.',
  IMAGE_PIXELS: 'The picture has more pixels than allowed.',
  IMAGE_TIMEOUT: 'The picture took too long to decode.',
  IMAGE_TRUNCATED: 'The picture ends before its last row.',
  IMAGE_TYPE: 'The bytes are not a picture of an accepted format.',

  BACKUP_CONFLICT: 'A backup of this name exists already.',
  BACKUP_DAMAGED: 'A file of the backup repository is missing, cut or altered.',
  BACKUP_INCOMPLETE: 'The backup was not finished, or lacks something it refers to.',
  BACKUP_KEY: 'The backup repository is encrypted and the key is absent or another, or it is not encrypted at all.',
  BACKUP_NOT_FOUND: 'The repository has no such backup.',
  BACKUP_VERSION: 'The backup was made by a newer version, or for another schema.',
  RESTORE_TARGET: 'The target of the restore does not allow it.',
  FIX_EARLY: 'What a fix would take away was seen only just now.',
  FIX_GUARD: 'A fix would touch more than its limit, or stands on an unsafe store.',
  PLAN_STALE: 'The plan no longer fits what is stored.',
  SYNC_GUARD: 'A scan would mark more offers as delisted than allowed.',
  SYNC_STATE: 'The sync record is in a state that does not allow this step.',

  SINK_REFUSED: 'The receiver of alerts answered that it does not take the message.',
  SINK_UNREACHABLE: 'The receiver of alerts did not answer in time, or cannot be connected to.',

  AUTH_FORBIDDEN: 'The key or session may not do this.',
  AUTH_REQUIRED: 'No valid key or session came with the request.',
  JOB_STATE: 'The job has ended, or its worker was lost.',
  REQUEST_CONFLICT: 'The idempotency key was used for another request, or its request is still at work.',
  REQUEST_LIMIT: 'Too many requests came from one client.',
  REQUEST_MISDIRECTED: 'The request names a host that this server does not answer for.',
  REQUEST_RANGE: 'The range cannot be served.',
  REQUEST_TIMEOUT: 'The request arrived too slowly.',
  REQUEST_TOO_LARGE: 'The body of the request is larger than allowed.',
  REQUEST_TYPE: 'The request has a content type or encoding that is not taken.',
  SERVER_BUSY: 'The server has more work than it can do in time, or is stopping.',
} as const;

/** A stable name for one kind of failure; never renamed once released. */
export type ErrorCode = keyof typeof errorCodes;

const brand = Symbol.for('@1688/SyncError');

/** What a `SyncError` carries besides its message. */
export interface SyncErrorOptions {
  /** What the reader can do next, in one sentence. */
  hint?: string;
  /** True when the same call may succeed later without any change. Default false. */
  retryable?: boolean;
  /** The foreign error that was met, if any. */
  cause?: unknown;
  /** Facts for programs: field, line, key. Never a secret. */
  details?: Readonly<Record<string, unknown>>;
}

/** The one error class of this project. Tell errors apart by `code`, never by message or class. */
export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly [brand] = true;
  readonly code: ErrorCode;
  /** What the reader can do next, in one sentence. */
  readonly hint: string | undefined;
  /** True when the same call may succeed later without any change. */
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: SyncErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}

/** True for our errors, also for those of another copy of this package in the same program. */
export function isSyncError(error: unknown): error is SyncError {
  return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[brand] === true;
}

/** Throws `ABORTED` when `signal` has been aborted; `what` names the work in the message. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) {
    throw new SyncError('ABORTED', `${what} was cancelled.`, { retryable: true, cause: signal.reason });
  }
}
