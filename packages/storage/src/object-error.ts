import { SyncError } from '@1688/core';

export function missingObject(key: string): SyncError {
  return new SyncError('STORAGE_OBJECT_MISSING', `Expected an object under ${JSON.stringify(key)}, found none.`, { details: { key } });
}

export function objectExists(key: string): SyncError {
  return new SyncError('STORAGE_CONFLICT', `Expected nothing under ${JSON.stringify(key)}, found an object; it was kept.`, { details: { key } });
}
