import type { ErrorCode } from '@1688/core';

/** The status of each error code; the only place that says so. What is not listed follows its family below, else it is 500. */
const statusOfCode: Partial<Record<ErrorCode, number>> = {
  ARGUMENT_INVALID: 400,
  AUTH_REQUIRED: 401,
  AUTH_FORBIDDEN: 403,
  CONFIG_UNSAFE: 403,
  NOT_FOUND: 404,
  BACKUP_NOT_FOUND: 404,
  STORAGE_OBJECT_MISSING: 404,
  STORE_NOT_FOUND: 503,
  REQUEST_TIMEOUT: 408,
  LOCKED: 409,
  DB_CONFLICT: 409,
  BACKUP_CONFLICT: 409,
  JOB_STATE: 409,
  SYNC_STATE: 409,
  PLAN_STALE: 409,
  REQUEST_CONFLICT: 409,
  REFUSED: 409,
  FIX_GUARD: 409,
  SYNC_GUARD: 409,
  SINK_REFUSED: 502,
  SINK_UNREACHABLE: 502,

  RESTORE_TARGET: 409,
  STORAGE_CONFLICT: 409,
  REQUEST_TOO_LARGE: 413,
  REQUEST_TYPE: 415,
  REQUEST_RANGE: 416,
  REQUEST_MISDIRECTED: 421,
  REQUEST_LIMIT: 429,
  INTERNAL: 500,
  FEATURE_UNAVAILABLE: 501,
  STORAGE_UNSUPPORTED: 501,
  SERVER_BUSY: 503,
  ABORTED: 503,
  STORAGE_FULL: 507,
  DB_STORAGE_FULL: 507,
};

/** What is wrong with a file or record that was sent is the sender's; what the database or the storage cannot do now may work later. */
const statusOfFamily: readonly (readonly [prefix: string, status: number])[] = [
  ['SOURCE_', 422], ['RECORD_', 422], ['FIELD_', 422], ['DB_QUERY', 500], ['DB_FOREIGN_KEY', 409], ['DB_', 503], ['STORAGE_', 503], ['MIGRATE_', 503],
];

export function statusOf(code: ErrorCode): number {
  return statusOfCode[code] ?? statusOfFamily.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 500;
}
