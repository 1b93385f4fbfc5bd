import type { StorageBackend } from '@1688/storage';
import { dropBaseless, type ObjectLocation } from './object-index.ts';
import { readOr } from './object-reader.ts';
import { condemnedPrefix } from './repository-key.ts';
import { seal, unseal } from './sealed-json.ts';

/** What a prune found that no backup needs: it is deleted by a later one, when a time of grace is over and still none needs it. */
export interface Condemned {
  /** When each was condemned, by its id. */
  readonly packs: ReadonlyMap<string, Date>;
  readonly blobs: ReadonlyMap<string, Date>;
  /** Keys of the notes that say so. */
  readonly notes: readonly string[];
}

interface Note {
  readonly format: 1;
  readonly at: string;
  readonly packs: readonly string[];
  readonly blobs: readonly string[];
}

/** @throws BACKUP_DAMAGED */
export async function readCondemned(repository: StorageBackend): Promise<Condemned> {
  const condemned = { packs: new Map<string, Date>(), blobs: new Map<string, Date>(), notes: [] as string[] };
  for await (const { key } of repository.list(condemnedPrefix)) {
    const { at, packs, blobs } = unseal(key, await readOr(repository, key)) as Note;
    condemned.notes.push(key);
    for (const id of packs) if (!condemned.packs.has(id)) condemned.packs.set(id, new Date(at));
    for (const id of blobs) if (!condemned.blobs.has(id)) condemned.blobs.set(id, new Date(at));
  }
  return condemned;
}

/** A writer that refers to nothing condemned can never end with a backup that lacks something. */
export function forgetCondemned(locations: Map<string, ObjectLocation>, { packs }: Condemned): void {
  if (packs.size === 0) return;
  for (const [id, { pack }] of locations) if (packs.has(pack)) locations.delete(id);
  dropBaseless(locations);
}

/** Replaces all notes by one with the given times; none when nothing is condemned. */
export async function writeCondemned(repository: StorageBackend, before: Condemned, now: Pick<Condemned, 'packs' | 'blobs'>): Promise<void> {
  const times = new Set([...now.packs.values(), ...now.blobs.values()].map((each) => each.toISOString()));
  const written = new Set<string>();
  for (const at of times) {
    const of = (ids: ReadonlyMap<string, Date>): string[] => [...ids].filter(([, time]) => time.toISOString() === at).map(([id]) => id);
    const key = `${condemnedPrefix}${at.replaceAll(/[:.]/g, '-')}.json`;
    await repository.put(key, seal({ format: 1, at, packs: of(now.packs), blobs: of(now.blobs) } satisfies Note));
    written.add(key);
  }
  for (const key of before.notes) if (!written.has(key)) await repository.delete(key);
}
