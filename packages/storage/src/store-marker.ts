import { SyncError, isSyncError } from '@1688/core';
import { text } from './body.ts';
import type { StorageBackend } from './storage-backend.ts';

/**
 * Where a store keeps its own id: an ordinary object at the root, so that every backend can hold it, listings show it and moving
 * a store moves it along. A disk that is not mounted, or another bucket, lacks it.
 */
export const markerKey = '.1688sync-store.json';

/**
 * The id of the store, or null when it was never marked.
 * @throws STORAGE_CORRUPT when the marker cannot be read as one
 */
export async function readMarker(backend: StorageBackend, options: { readonly signal?: AbortSignal } = {}): Promise<string | null> {
  if (!(await backend.head(markerKey, options))) return null;
  try {
    return parsedMarker(await text((await backend.get(markerKey, options)).body));
  } catch (error) {
    if (isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING') return null; // deleted meanwhile
    throw error;
  }
}

/**
 * Marks the store; the same id again changes nothing.
 * @throws STORAGE_CONFLICT when it carries another id
 */
export async function writeMarker(backend: StorageBackend, id: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
  const given = signal ? { signal } : {};
  const found = await readMarker(backend, given);
  if (found === id) return;
  if (found !== null) throw otherId(id, found);
  const { conditionalPut } = backend.capabilities;
  try {
    await backend.put(markerKey, `${JSON.stringify({ format: 1, id })}\n`, { ...given, contentType: 'application/json', ...(conditionalPut ? { ifAbsent: true } : {}) });
  } catch (error) {
    if (!isSyncError(error) || error.code !== 'STORAGE_CONFLICT') throw error;
    const winner = await readMarker(backend, given);
    if (winner !== id) throw otherId(id, winner ?? 'none');
  }
}

function parsedMarker(json: string): string {
  let marker: unknown;
  try {
    marker = JSON.parse(json);
  } catch (cause) {
    throw new SyncError('STORAGE_CORRUPT', `Expected ${markerKey} to be JSON, received ${JSON.stringify(json.slice(0, 40))}.`, { cause });
  }
  if (typeof marker === 'object' && marker !== null && 'id' in marker && typeof marker.id === 'string') return marker.id;
  throw new SyncError('STORAGE_CORRUPT', `Expected ${markerKey} to hold the id of a store, found none.`);
}

function otherId(expected: string, found: string): SyncError {
  return new SyncError('STORAGE_CONFLICT', `Expected a store without a marker, or with ${expected}, found ${found}.`, { hint: 'This place belongs to another store: choose another one.' });
}
