import { SyncError } from '@1688/core';
import { delegate } from './delegate.ts';
import type { StorageBackend } from './storage-backend.ts';

/** The same objects, never changed: `put`, `delete` and `copy` throw STORAGE_READONLY. */
export function withReadOnly(backend: StorageBackend): StorageBackend {
  const all = delegate(backend);
  const refuse = async (key: string): Promise<never> => {
    throw new SyncError('STORAGE_READONLY', `Expected no write, received one for ${JSON.stringify(key)} in a storage that is opened for reading.`);
  };
  return { ...all, put: refuse, delete: refuse, ...(all.copy && { copy: (_from: string, to: string) => refuse(to) }) };
}
