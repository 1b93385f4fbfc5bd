import { isSyncError, SyncError } from '@1688/core';

/** One thing of a repository that is not as it was written. */
export interface Damage {
  /** Key of the file in the repository. */
  readonly object: string;
  readonly reason: string;
}

export function damaged(object: string, reason: string): SyncError {
  return new SyncError('BACKUP_DAMAGED', `Expected ${object} as it was written, received another: ${reason}.`, {
    hint: 'Nothing was changed. Verify the other backups of this repository and restore one of them, or bring the file back from a copy.',
    details: { object, reason },
  });
}

/** The damage that an error tells of, or null for every other error. */
export function damageOf(error: unknown): Damage | null {
  if (!isSyncError(error) || error.code !== 'BACKUP_DAMAGED') return null;
  const { object, reason } = error.details;
  return { object: String(object), reason: String(reason) };
}
