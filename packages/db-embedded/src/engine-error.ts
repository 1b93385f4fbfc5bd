import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { SyncError, type ErrorCode } from '@1688/core';

/** Tried in order on what the server's programs said. */
const causes: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/effective user ID/i, 'DB_UNAVAILABLE', 'PostgreSQL wants a user with a name: run as one that /etc/passwd knows, or set DATABASE_URL.'],
  [/shared memory segment|semaphore|anonymous shared memory/i, 'DB_UNAVAILABLE', 'The system\'s limit of shared memory or semaphores is reached: see `ipcs -l`, end other servers.'],
  [/No space left|wrote only \d+ of \d+ bytes|Disk quota|ENOSPC|EDQUOT/i, 'DB_STORAGE_FULL', 'Free some room on this disk; nothing that was committed is lost.'],
  [/lock file .{0,300} (already exists|is empty)|pre-existing shared memory|Is another (postmaster|postgres)/i, 'LOCKED', 'Another server or program works on this directory: end it, then try again.'],
  [/Permission denied|Read-only file system|Operation not permitted|invalid permissions|has wrong ownership|EACCES|EPERM|EROFS/i, 'DB_UNSAFE_DIRECTORY', 'Set DATA_DIR to a folder on a local disk that this user owns.'],
  [/error while loading shared libraries|not found \(required by|spawn .{0,300}ENOENT/i, 'DB_ENGINE_MISSING', 'Install PostgreSQL with the system\'s packages, or set DATABASE_URL.'],
  [/checkpoint record|invalid (page|record|magic|checksum|data)|incorrect checksum|control file|PANIC|could not (open|read|find)|does not exist|is not a database cluster|not a valid data directory|incompatible with server|bogus data|is missing/i, 'DB_CORRUPT', 'Keep the directory as it is, and restore a backup into a new DATA_DIR.'],
];

/**
 * Our error for what the server's programs said, with their own words; a `SyncError` stays what it is.
 * @param error what a program's run was rejected with, or an Error whose message is its log
 */
export function toEngineError(error: unknown, data: string): SyncError {
  if (error instanceof SyncError) return error;
  const lines = textOf(error).split('\n').map((line) => line.trim()).filter((line) => line !== '');
  // Recovery says frightening things in passing; only what ended the server counts.
  const fatal = lines.filter((line) => /PANIC|FATAL|ERROR|error:|could not|refus/i.test(line));
  const said = fatal.length > 0 ? fatal : lines;
  const [pattern = /$/, code = 'DB_UNAVAILABLE', hint = 'The server\'s log tells more.'] = causes.find(([pattern]) => said.some((line) => pattern.test(line))) ?? [];
  const words = said.findLast((line) => pattern.test(line)) ?? 'nothing';
  return new SyncError(code, `Expected PostgreSQL to run on ${data}, it said: ${words.slice(0, 300)}`, { hint, retryable: code === 'LOCKED', cause: error });
}

/** Our error for a file that could not be made, read or written below `directory`. */
export async function toFileError(error: unknown, directory: string): Promise<SyncError> {
  if (error instanceof SyncError) return error;
  const { code = String(error), path: file = directory } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new SyncError('DB_STORAGE_FULL', `Expected room for ${file}, received ${code}: the disk is full.`, { hint: 'Free some room on this disk; nothing that was committed is lost.', cause: error });
  return unsafeDirectory(directory, `${code} at ${file}`, error);
}

export async function unsafeDirectory(directory: string, received: string, cause?: unknown): Promise<SyncError> {
  const place = await placeThatWorks();
  return new SyncError('DB_UNSAFE_DIRECTORY', `Expected ${directory} to be a folder on a local disk that only this user can enter and write, received ${received}.`, {
    hint: `Set DATA_DIR to such a folder${place === null ? '' : `, for example ${place}`}.`, ...(cause === undefined ? {} : { cause }),
  });
}

async function placeThatWorks(): Promise<string | null> {
  for (const parent of [homedir(), '/var/tmp']) {
    if (await access(parent, constants.W_OK).then(() => true, () => false)) return path.join(parent, '1688sync-data');
  }
  return null;
}

function textOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: unknown; message?: unknown };
  return typeof stderr === 'string' && stderr.trim() !== '' ? stderr : typeof message === 'string' ? message : String(error);
}
