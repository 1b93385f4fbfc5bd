import { randomUUID } from 'node:crypto';
import { SyncError } from '@1688/core';
import { findMarker, markerKey, text, type StorageBackend } from '@1688/storage';
import { z } from 'zod';

/** Lies in the new place until it is complete: whose it is, and how far the move is. */
export const noteKey = '.1688sync-move.json';

const saveEveryMs = 2_000;
const noteSchema = z.object({ format: z.literal(1), id: z.string(), nonce: z.string(), startedAt: z.coerce.date(), after: z.string().nullable() });
type NoteContent = z.infer<typeof noteSchema>;

export interface MoveNote {
  read(): { readonly startedAt: Date; readonly after: string | null };
  /** Every object up to this key was compared in both places; written down now and then, and on `save`. */
  reached(key: string): Promise<void>;
  save(): Promise<void>;
  /** Passes keys on. @throws REFUSED when the new place turns up inside the old one */
  outside(objects: AsyncIterable<string>): AsyncIterable<string>;
  remove(): Promise<void>;
}

interface Place {
  readonly backend: StorageBackend;
  readonly place: string;
}

/**
 * Claims the new place for the move of the store `id`, or takes up the move that was broken off there.
 * @throws REFUSED for a place that is the old one, lies within it, belongs to another store, or is not empty
 */
export async function beginMove({ id, from, to, signal }: { readonly id: string; readonly from: Place; readonly to: Place; readonly signal?: AbortSignal }): Promise<MoveNote> {
  const given = signal ? { signal } : {};
  if (`${to.place}/`.startsWith(`${from.place}/`) && to.backend.name === from.backend.name) throw refused(to.place, 'it is the old place or lies within it');
  const found = await findNote(to.backend, given);
  const marker = await findMarker(to.backend, given);
  const owner = found?.id ?? marker?.id ?? null;
  if (owner !== null && owner !== id) throw refused(to.place, `it belongs to another store (${owner})`);
  if (owner === null && (await holdsAnything(to.backend, given))) throw refused(to.place, 'it is not empty');
  let content: NoteContent = found ?? { format: 1, id, nonce: randomUUID(), startedAt: new Date(), after: null };
  let savedAt = Date.now();
  const save = async (): Promise<void> => {
    savedAt = Date.now();
    await to.backend.put(noteKey, `${JSON.stringify(content)}\n`, { contentType: 'application/json' }); // also after an abort: nothing is lost then
  };
  const isOurs = async (key: string): Promise<boolean> => (await findNote(from.backend, given, key))?.nonce === content.nonce;
  await save();
  if (await isOurs(noteKey)) {
    await to.backend.delete(noteKey);
    throw refused(to.place, 'it is the old place');
  }
  return {
    read: () => content,
    async reached(key) {
      content = { ...content, after: key };
      if (Date.now() - savedAt >= saveEveryMs) await save();
    },
    save,
    async *outside(keys) {
      for await (const key of keys) {
        if (key.endsWith(`/${noteKey}`) && (await isOurs(key))) throw refused(to.place, 'it lies within the old place');
        if (key !== markerKey && key !== noteKey) yield key;
      }
    },
    remove: () => to.backend.delete(noteKey),
  };
}

async function findNote(backend: StorageBackend, given: { readonly signal?: AbortSignal }, key = noteKey): Promise<NoteContent | null> {
  if (!(await backend.head(key, given))) return null;
  const content = await text((await backend.get(key, given)).body);
  try {
    return noteSchema.parse(JSON.parse(content));
  } catch (cause) {
    throw new SyncError('STORAGE_CORRUPT', `Expected ${key} to be the note of a move, received ${JSON.stringify(content.slice(0, 40))}.`, { hint: 'Delete it to begin the move anew.', cause });
  }
}

async function holdsAnything(backend: StorageBackend, given: { readonly signal?: AbortSignal }): Promise<boolean> {
  for await (const _ of backend.list('', given)) return true;
  return false;
}

function refused(place: string, reason: string): SyncError {
  return new SyncError('REFUSED', `Expected ${place} to be a free place for pictures, but ${reason}.`, { hint: 'Choose an empty place.' });
}
