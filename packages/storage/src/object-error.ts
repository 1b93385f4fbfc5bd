import { SyncError } from '@1688/core';

export function missingObject(key: string): SyncError {
  return new SyncError('STORAGE_OBJECT_MISSING', `Expected an object under ${JSON.stringify(key)}, found none.`, { details: { key } });
}

export function objectExists(key: string): SyncError {
  return new SyncError('STORAGE_CONFLICT', `Expected nothing under ${JSON.stringify(key)}, found an object; it was kept.`, { details: { key } });
}

export function unsupported(capability: string, place: string): SyncError {
  return new SyncError('STORAGE_UNSUPPORTED', `Expected no use of "${capability}", which ${place} does not offer.`, { hint: 'Look at its capabilities first.' });
}
