import { isSyncError, type ErrorCode } from '@1688/core';
import { readMarker, type StorageBackend } from '@1688/storage';
import { has, type Catalog } from './catalog.ts';
import type { Session } from './session.ts';

/**
 * Whether the picture store can be believed. `ready` = it is the one this database belongs to, or nothing speaks against it ·
 * `wrong` = it is absent, empty or another one, although the database knows objects · `unknown` = it gives no answer ·
 * `none` = the schema knows no pictures.
 */
export interface StoreState {
  readonly state: 'ready' | 'wrong' | 'unknown' | 'none';
  readonly code: ErrorCode;
  /** One sentence; empty when ready. */
  readonly reason: string;
  /**
   * Why an object without a row must not be called a stray, or null: a store that is not bound to this database may serve
   * another one.
   */
  readonly strayReason: string | null;
  /** Live objects that the database knows; 0 or 1 is told apart, not more. */
  readonly knowsObjects: boolean;
  readonly expectedId: string | null;
  readonly foundId: string | null;
}

const trusted = { state: 'ready', code: 'STORAGE_WRONG_ROOT', reason: '', strayReason: null } as const;

/** Reads the marker and the first key of the store, and compares them with what the database says. */
export async function readStoreState(session: Session, catalog: Catalog, files: StorageBackend): Promise<StoreState> {
  const nothing = { knowsObjects: false, expectedId: null, foundId: null };
  if (!has(catalog, ['image_objects.state'])) return { ...trusted, ...nothing, state: 'none', strayReason: 'the schema knows no pictures' };
  const knowsObjects = await exists(session);
  const expectedId = has(catalog, ['store.picture_store_id']) ? await boundStore(session) : null;
  const known = { knowsObjects, expectedId };
  try {
    const foundId = await readMarker(files, session.signal ? { signal: session.signal } : {});
    const empty = await isEmpty(files, session.signal);
    return { ...judged(known, foundId, empty), ...known, foundId };
  } catch (error) {
    if (isSyncError(error) && error.code === 'ABORTED') throw error;
    const reason = `The picture store gives no answer: ${isSyncError(error) ? error.message : String(error)}`; // a backend may throw anything
    return { ...known, foundId: null, state: 'unknown', code: isSyncError(error) ? error.code : 'STORAGE_DRIVER', reason, strayReason: reason };
  }
}

function judged({ knowsObjects, expectedId }: { knowsObjects: boolean; expectedId: string | null }, foundId: string | null, empty: boolean): Pick<StoreState, 'state' | 'code' | 'reason' | 'strayReason'> {
  const wrong = (reason: string): Pick<StoreState, 'state' | 'code' | 'reason' | 'strayReason'> => ({ state: 'wrong', code: 'STORAGE_WRONG_ROOT', reason, strayReason: reason });
  if (expectedId !== null && foundId !== null && foundId !== expectedId) {
    return wrong(`Expected the picture store ${expectedId}, found ${foundId}.`);
  }
  if (knowsObjects && empty) return wrong('The picture store is absent or empty, but the database knows stored pictures.');
  if (knowsObjects && expectedId !== null && foundId === null) {
    return wrong(`The picture store has no marker, expected that of ${expectedId}: it may be unmounted, or another one.`);
  }
  if (foundId !== expectedId) return { ...trusted, strayReason: 'The store is not bound to this database, so it may serve another one.' };
  if (foundId === null && !knowsObjects) return { ...trusted, strayReason: 'The store has no marker and the database knows none of its objects.' };
  return trusted;
}

async function exists(session: Session): Promise<boolean> {
  const [row] = await session.rows<{ known: boolean }>(session.sql("select exists (select from ? where state = 'live') as known", [session.named('image_objects')]));
  return row?.known ?? false;
}

async function boundStore(session: Session): Promise<string | null> {
  const [row] = await session.rows<{ id: string | null }>(session.sql('select picture_store_id as id from ?', [session.named('store')]));
  return row?.id ?? null;
}

async function isEmpty(files: StorageBackend, signal: AbortSignal | undefined): Promise<boolean> {
  for await (const _ of files.list('sha256/', signal ? { signal } : {})) return false;
  return true;
}
