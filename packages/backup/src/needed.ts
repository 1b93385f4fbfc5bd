import { throwIfAborted } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import { readList } from './json-list.ts';
import type { ChunkEntry, FileEntry, Manifest } from './manifest.ts';
import type { ObjectIndex } from './object-index.ts';
import type { ObjectReader } from './object-reader.ts';
import { blobPrefix, hashInKey } from './repository-key.ts';

/** Packs that hold what these backups refer to, bases of deltas too. */
export async function neededPacks(staying: readonly Manifest[], index: ObjectIndex, reader: ObjectReader, signal: AbortSignal | undefined): Promise<Set<string>> {
  const packs = new Set<string>();
  const need = (id: string): void => {
    const location = index.locations.get(id);
    if (location) packs.add(location.pack);
    if (location?.base !== undefined) need(location.base);
  };
  for (const { tables, files, config } of staying) {
    throwIfAborted(signal, 'Pruning');
    if (config) need(config.object);
    for (const list of [...tables.map((each) => each.chunkList), files.list]) {
      if (list === null) continue;
      need(list);
      for (const { id } of await reader.readLines<{ id: string }>(list)) need(id);
    }
    for (const table of tables) for await (const { id } of readList<ChunkEntry>(reader, table.chunkList)) need(id);
  }
  return packs;
}

/** Walks the stored blobs beside the lists of all backups that stay, each sorted by hash. */
export async function* unneededBlobs(repository: StorageBackend, staying: readonly Manifest[], reader: ObjectReader, signal: AbortSignal | undefined): AsyncIterable<{ readonly id: string; readonly sizeBytes: number }> {
  const lists = await Promise.all(staying.map(async ({ files }) => {
    const entries = readList<FileEntry>(reader, files.mode === 'copy' ? files.list : null)[Symbol.asyncIterator]();
    return { entries, head: await entries.next() };
  }));
  for await (const { key, sizeBytes } of repository.list(blobPrefix)) {
    throwIfAborted(signal, 'Pruning');
    const id = hashInKey(key);
    if (id === null) continue;
    let needed = false;
    for (const list of lists) {
      while (!list.head.done && list.head.value.sha256 < id) list.head = await list.entries.next();
      needed ||= !list.head.done && list.head.value.sha256 === id;
    }
    if (!needed) yield { id, sizeBytes };
  }
}
