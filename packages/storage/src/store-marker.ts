import { SyncError, isSyncError } from '@1688/core';
import { text } from './body.ts';
import type { StorageBackend } from './storage-backend.ts';

/**
 * Where a store keeps its own id: an ordinary object at the root, so that every backend can hold it, listings show it and moving
 * a store moves it along. A disk that is not mounted, or another bucket, lacks it.
 */
export const markerKey = '.1688sync-store.json';

/** What a store says of itself. */
export interface StoreMarker {
  readonly id: string;
  /** Set once another place has taken over, or is about to: nothing may be written here any longer. */
  readonly movedTo?: string;
}

type Signalled = { readonly signal?: AbortSignal };

/**
 * The id of the store, or null when it was never marked.
 * @throws STORAGE_CORRUPT when the marker cannot be read as one, STORAGE_WRONG_ROOT when the store was moved to another place
 */
export async function readMarker(backend: StorageBackend, options: Signalled = {}): Promise<string | null> {
  const marker = await findMarker(backend, options);
  if (marker?.movedTo === undefined) return marker?.id ?? null;
  throw new SyncError('STORAGE_WRONG_ROOT', `Expected the place where this store is kept, received one that was moved to ${marker.movedTo}.`, {
    hint: `Set STORAGE_URL to ${marker.movedTo}; if that move was broken off, run "1688sync storage move --to ${marker.movedTo}" again.`,
  });
}

/** The whole marker, also of a store that was moved. @throws STORAGE_CORRUPT */
export async function findMarker(backend: StorageBackend, options: Signalled = {}): Promise<StoreMarker | null> {
  if (!(await backend.head(markerKey, options))) return null;
  try {
    return parsedMarker(await text((await backend.get(markerKey, options)).body));
  } catch (error) {
    if (isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING') return null; // deleted meanwhile
    throw error;
  }
}

/** Puts a marker in the place of whatever marker there is: only for whoever moves a store. */
export async function replaceMarker(backend: StorageBackend, marker: StoreMarker, options: Signalled = {}): Promise<void> {
  await backend.put(markerKey, markerText(marker), { ...options, contentType: 'application/json' });
}

/**
 * Marks the store; the same id again changes nothing.
 * @throws STORAGE_CONFLICT when it carries another id, STORAGE_WRONG_ROOT when it was moved
 */
export async function writeMarker(backend: StorageBackend, id: string, { signal }: Signalled = {}): Promise<void> {
  const given = signal ? { signal } : {};
  const found = await readMarker(backend, given);
  if (found === id) return;
  if (found !== null) throw otherId(id, found);
  const { conditionalPut } = backend.capabilities;
  try {
    await backend.put(markerKey, markerText({ id }), { ...given, contentType: 'application/json', ...(conditionalPut ? { ifAbsent: true } : {}) });
  } catch (error) {
    if (!isSyncError(error) || error.code !== 'STORAGE_CONFLICT') throw error;
    const winner = await readMarker(backend, given);
    if (winner !== id) throw otherId(id, winner ?? 'none');
  }
}

function markerText({ id, movedTo }: StoreMarker): string {
  return `${JSON.stringify({ format: 1, id, movedTo })}\n`;
}

function parsedMarker(json: string): StoreMarker {
  let marker: unknown;
  try {
    marker = JSON.parse(json);
  } catch (cause) {
    throw new SyncError('STORAGE_CORRUPT', `Expected ${markerKey} to be JSON, received ${JSON.stringify(json.slice(0, 40))}.`, { cause });
  }
  if (typeof marker === 'object' && marker !== null && 'id' in marker && typeof marker.id === 'string') {
    return 'movedTo' in marker && typeof marker.movedTo === 'string' ? { id: marker.id, movedTo: marker.movedTo } : { id: marker.id };
  }
  throw new SyncError('STORAGE_CORRUPT', `Expected ${markerKey} to hold the id of a store, found none.`);
}

function otherId(expected: string, found: string): SyncError {
  return new SyncError('STORAGE_CONFLICT', `Expected a store without a marker, or with ${expected}, found ${found}.`, { hint: 'This place belongs to another store: choose another one.' });
}
