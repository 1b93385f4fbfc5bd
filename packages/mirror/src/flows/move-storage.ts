import { isSyncError, SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { quoteName, type Database } from '@1688/db';
import { copyVerified, findMarker, replaceMarker, type StorageBackend, type StoredObject } from '@1688/storage';
import { lockMove, untilNobodyPulls } from '../move/move-lock.ts';
import { beginMove, type MoveNote } from '../move/move-note.ts';
import { differences } from '../move/storage-differences.ts';
import type { Mirror } from '../open-mirror.ts';
import { claimStorage } from '../storage-identity.ts';
import { openStorage, type OpenedStorage } from '../storage-url.ts';

export interface MoveStorageOptions extends FlowOptions {
  /** The new place: an address as in STORAGE_URL, or a backend of your own. Empty, or where a move of this store was broken off. */
  readonly to: string | StorageBackend;
  /** Objects that are copied at once. Default 8. */
  readonly concurrency?: number;
  /** How long to wait, before the switch, for pulls of pictures that run. Default 60,000. */
  readonly waitMs?: number;
}

export interface MoveStorageResult {
  readonly from: string;
  readonly to: string;
  /** False when something could not be read: the old place is then still the store, and the same call tries the rest again. */
  readonly moved: boolean;
  /** Objects that this call compared byte for byte in both places. */
  readonly verified: number;
  /** Those of them that it copied, and their bytes. */
  readonly copied: number;
  readonly bytes: number;
  /** The key after which a move that was broken off went on; null for one from the beginning. */
  readonly resumedAfter: string | null;
  /** Objects whose bytes are not those that their name tells; moved as they are. */
  readonly damaged: readonly { readonly key: string }[];
  /** Objects that the old place could not give. */
  readonly failed: readonly { readonly key: string; readonly code: string }[];
  /** What to set from now on, such as `STORAGE_URL=file:/srv/images`; null for a backend of your own. */
  readonly setting: string | null;
}

/** Clocks of two places may differ so much. */
const clockSkewMs = 10 * 60_000;

/**
 * Moves the picture store while it is used: copies every object, reads each back and compares SHA-256, then seals the old place
 * and marks the new one as this store. Reads never fail: the old place keeps every object, and is left to the user to delete.
 * After the switch whatever still writes with the old setting is refused with STORAGE_WRONG_ROOT. May be killed at any moment;
 * the same call goes on where it was.
 * @throws REFUSED for a place that is not empty or belongs to another store, LOCKED while another move or a pull runs,
 * STORAGE_… codes of the new place
 */
export async function moveStorage(mirror: Mirror, options: MoveStorageOptions): Promise<MoveStorageResult> {
  const { concurrency = 8, waitMs = 60_000, signal, onProgress } = options;
  if (options.to === '' || !Number.isInteger(concurrency) || concurrency < 1) throw new SyncError('ARGUMENT_INVALID', 'Expected a place to move to and a concurrency of at least 1.', { hint: 'Give an address such as file:/srv/images.' });
  const target = openStorage(options.to, { fallback: mirror.places.storage, ...mirror.config });
  await using lock = await lockMove(mirror.db);
  const id = await storeToMove(mirror, target);
  const given = signal ? { signal } : {};
  const note = await beginMove({ id, from: { backend: mirror.storage, place: mirror.places.storage }, to: target, ...given });
  const tally = { from: mirror.places.storage, to: target.place, verified: 0, copied: 0, bytes: 0, resumedAfter: note.read().after, damaged: [] as { key: string }[], failed: [] as { key: string; code: string }[], setting: settingOf(options.to, target) };
  const total = await knownObjects(mirror.db);
  const work: Work = {
    from: mirror.storage, to: target.backend, note, concurrency, ...given,
    tell(key, outcome) {
      if (outcome.state === 'gone') return;
      if (outcome.state === 'unreadable') tally.failed.push({ key, code: outcome.code });
      else {
        tally.verified += 1;
        tally.copied += outcome.state === 'copied' ? 1 : 0;
        tally.bytes += outcome.state === 'copied' ? outcome.sizeBytes : 0;
        if (!isNamedSo(key, outcome.sha256)) tally.damaged.push({ key });
      }
      onProgress?.({ done: tally.verified, unit: 'objects', ...(total >= tally.verified && note.read().after === null ? { total } : {}) });
    },
  };
  await copyAll(work);
  await copyDifferences(work);
  if (tally.failed.length === 0) await switchOver(mirror, { work, id, target, waitMs, stillHeld: lock.stillHeld });
  const moved = tally.failed.length === 0;
  mirror.log.info({ ...tally, damaged: tally.damaged.length, failed: tally.failed.length, moved }, 'picture store moved');
  return { ...tally, moved };
}

interface Work {
  readonly from: StorageBackend;
  readonly to: StorageBackend;
  readonly note: MoveNote;
  readonly concurrency: number;
  readonly signal?: AbortSignal;
  readonly tell: (key: string, outcome: Awaited<ReturnType<typeof copyVerified>>) => void;
}

/** Everything after the note's key, in order of the keys; the note follows what is done. */
async function copyAll(work: Work): Promise<void> {
  const { from, note, signal } = work;
  const { after } = note.read();
  const rest = from.list('', { ...(signal ? { signal } : {}), ...(after === null ? {} : { after }) });
  try {
    await copyEach(work, note.outside(keysOf(rest)), note.reached);
  } finally {
    await note.save();
  }
}

/** What came or changed since the move began, or was passed over. */
async function copyDifferences(work: Work): Promise<void> {
  const { from, to, note, signal } = work;
  const since = new Date(note.read().startedAt.getTime() - clockSkewMs);
  await copyEach(work, note.outside(differences(from, to, { since, ...(signal ? { signal } : {}) })), async () => {});
}

/** Copies several at once and tells of them in the order of the keys. */
async function copyEach(work: Work, keys: AsyncIterable<string>, done: (key: string) => Promise<void>): Promise<void> {
  const { from, to, concurrency, signal, tell } = work;
  const running: { key: string; outcome: ReturnType<typeof copyVerified> }[] = [];
  const settleFirst = async (): Promise<void> => {
    const first = running.shift();
    if (!first) return;
    const outcome = await first.outcome;
    tell(first.key, outcome);
    await done(first.key);
  };
  try {
    for await (const key of keys) {
      const outcome = copyVerified(from, to, key, signal ? { signal } : {});
      outcome.catch(() => {}); // awaited in its turn
      running.push({ key, outcome });
      if (running.length >= concurrency) await settleFirst();
    }
    while (running.length > 0) await settleFirst();
  } finally {
    await Promise.allSettled(running.map(({ outcome }) => outcome));
  }
}

/**
 * The order matters: once the old place is sealed, no pull can begin there; then none may run that began before. Only after the
 * last copies the new place is marked, which is the moment of the switch.
 */
async function switchOver(mirror: Mirror, { work, id, target, waitMs, stillHeld }: { work: Work; id: string; target: OpenedStorage; waitMs: number; stillHeld: () => Promise<void> }): Promise<void> {
  const given = work.signal ? { signal: work.signal } : {};
  await untilNobodyPulls(mirror.db, { waitMs, ...given });
  const sealed = await sealPlace(mirror.storage, { id, movedTo: target.place });
  try {
    await untilNobodyPulls(mirror.db, { waitMs: 0, ...given });
  } catch (error) {
    if (sealed) await replaceMarker(mirror.storage, { id });
    throw error;
  }
  await copyDifferences(work);
  await stillHeld();
  throwIfAborted(work.signal, 'Moving the picture store');
  await replaceMarker(target.backend, { id });
  await work.note.remove();
}

/**
 * The id of the store that is to be moved.
 * @throws STORAGE_WRONG_ROOT when it is not here, or was moved to a place that is not the target
 */
async function storeToMove(mirror: Mirror, target: OpenedStorage): Promise<string> {
  const marker = await findMarker(mirror.storage);
  const { rows: [store] } = await mirror.db.knex.raw<{ rows: { id: string | null }[] }>(`select picture_store_id as id from ${quoteName(mirror.db.schema)}.store`);
  // Sealed by a move to this very place that was broken off, or after which something was still written here.
  if (marker?.movedTo === target.place && marker.id === store?.id) return marker.id;
  await claimStorage(mirror);
  const claimed = await findMarker(mirror.storage);
  if (claimed) return claimed.id;
  throw new SyncError('STORAGE_WRONG_ROOT', `Expected a marked picture store in ${mirror.places.storage}, found none.`, { hint: 'Mount the disk, or set STORAGE_URL to where the pictures lie.' });
}

/** @returns false where the place takes no writes at all: then nobody else can write there either */
async function sealPlace(place: StorageBackend, marker: { readonly id: string; readonly movedTo: string }): Promise<boolean> {
  try {
    await replaceMarker(place, marker);
    return true;
  } catch (error) {
    if (isSyncError(error) && (error.code === 'STORAGE_READONLY' || error.code === 'STORAGE_PERMISSION' || error.code === 'STORAGE_FULL')) return false;
    throw error;
  }
}

async function* keysOf(objects: AsyncIterable<StoredObject>): AsyncGenerator<string> {
  for await (const { key } of objects) yield key;
}

/** Originals are named after their bytes; of other objects the name tells nothing. */
function isNamedSo(key: string, sha256: string): boolean {
  const named = /^sha256\/..\/..\/([0-9a-f]{64})\.[a-z0-9]+$/.exec(key);
  return !named || named[1] === sha256;
}

function settingOf(to: string | StorageBackend, { place }: OpenedStorage): string | null {
  if (typeof to !== 'string') return null;
  return /^(?!file:)[a-z][a-z0-9+.-]+:/i.test(to) ? `STORAGE_URL=${to}` : `STORAGE_URL=file:${place}`;
}

/** How many objects the database knows: what a move can be expected to meet. */
async function knownObjects(db: Database): Promise<number> {
  const schema = quoteName(db.schema);
  const { rows: [row] } = await db.knex.raw<{ rows: { objects: string }[] }>(`select (select count(*) from ${schema}.image_objects) + (select count(*) from ${schema}.image_variants) as objects`);
  return Number(row?.objects ?? 0);
}
