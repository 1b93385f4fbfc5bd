import { isSyncError, SyncError, type ErrorCode } from '@1688/core';

const codes: Readonly<Record<string, { readonly code: ErrorCode; readonly hint: string }>> = {
  ENOSPC: { code: 'STORAGE_FULL', hint: 'Free some room on the disk.' },
  EDQUOT: { code: 'STORAGE_FULL', hint: 'Raise the quota of the user, or free some room.' },
  EFBIG: { code: 'STORAGE_FULL', hint: 'Raise the limit for the size of one file.' },
  EACCES: { code: 'STORAGE_PERMISSION', hint: 'Give the user of this process access to the folder.' },
  EPERM: { code: 'STORAGE_PERMISSION', hint: 'Give the user of this process access to the folder.' },
  EROFS: { code: 'STORAGE_READONLY', hint: 'Mount the file system for writing.' },
  ELOOP: { code: 'STORAGE_KEY', hint: 'Remove the symbolic link: objects lie in real folders.' },
  ENAMETOOLONG: { code: 'STORAGE_KEY', hint: 'Use shorter keys, or a root with a shorter path.' },
  EISDIR: { code: 'STORAGE_KEY', hint: 'In a folder no key can be the beginning of another: choose another key.' },
  ENOTDIR: { code: 'STORAGE_KEY', hint: 'In a folder no key can be the beginning of another: choose another key.' },
  ENOTEMPTY: { code: 'STORAGE_KEY', hint: 'In a folder no key can be the beginning of another: choose another key.' },
};

/** The `code` of an error of the file system, or undefined. */
export function errno(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Nothing lies there: the name is absent, or a part of the path is a file. */
export function isAbsence(error: unknown): boolean {
  return errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR';
}

/** Names an error of the file system (Node has no name for some, such as ESTALE); errors of ours, and those of a body, stay what they are. */
export function fileError(error: unknown, key: string): unknown {
  const code = errno(error);
  if (isSyncError(error) || code === undefined || !/^(?:E[A-Z0-9]+|Unknown system error -\d+)$/.test(code)) return error;
  const known = codes[code];
  const message = `Expected the file of ${JSON.stringify(key)} to be written or read, received ${code}.`;
  if (!known) return new SyncError('STORAGE_IO', message, { retryable: true, cause: error, details: { key } });
  return new SyncError(known.code, message, { hint: known.hint, cause: error, details: { key } });
}
