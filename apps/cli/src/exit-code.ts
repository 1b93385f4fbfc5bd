import type { ErrorCode } from '@1688/core';

/** What the process ends with; design of the command line, never renumbered. */
export const exitCodes = {
  done: 0, failed: 1, wrongUse: 2, findings: 3, partly: 4, refused: 5, locked: 6, notFound: 7, unavailable: 8, interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const byCode: Partial<Record<ErrorCode, ExitCode>> = {
  ABORTED: exitCodes.interrupted,
  ARGUMENT_INVALID: exitCodes.wrongUse,
  CONFIG_INVALID: exitCodes.wrongUse,
  CONFIG_UNSAFE: exitCodes.refused,
  REFUSED: exitCodes.refused,
  FIX_EARLY: exitCodes.refused,
  FIX_GUARD: exitCodes.refused,
  PLAN_STALE: exitCodes.refused,
  SYNC_GUARD: exitCodes.refused,
  SYNC_STATE: exitCodes.refused,
  RESTORE_TARGET: exitCodes.refused,
  BACKUP_VERSION: exitCodes.refused,
  DB_SCHEMA_TOO_NEW: exitCodes.refused,
  LOCKED: exitCodes.locked,
  MIGRATE_BLOCKED: exitCodes.locked,
  NOT_FOUND: exitCodes.notFound,
  STORE_NOT_FOUND: exitCodes.notFound,
  BACKUP_NOT_FOUND: exitCodes.notFound,
  STORAGE_OBJECT_MISSING: exitCodes.notFound,
  BACKUP_DAMAGED: exitCodes.findings,
  BACKUP_KEY: exitCodes.refused,
  BACKUP_INCOMPLETE: exitCodes.unavailable,
  DB_UNAVAILABLE: exitCodes.unavailable,
  DB_CONNECTION_LOST: exitCodes.unavailable,
  DB_POOL_TIMEOUT: exitCodes.unavailable,
  SINK_REFUSED: exitCodes.unavailable,
  SINK_UNREACHABLE: exitCodes.unavailable,
  STORAGE_TIMEOUT: exitCodes.unavailable,
  STORAGE_WRONG_ROOT: exitCodes.unavailable,
};

/** The exit code of a command that ended with this error. */
export function exitCodeOf(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}): ExitCode {
  // Its own run was cancelled from elsewhere: it ends as if it had been interrupted.
  if (code === 'SYNC_STATE' && details.status === 'cancelled' && details.syncRecordId !== undefined) return exitCodes.interrupted;
  if (code === 'SOURCE_UNREADABLE') return details.reason === 'missing' ? exitCodes.notFound : exitCodes.wrongUse;
  return byCode[code] ?? exitCodes.failed;
}
