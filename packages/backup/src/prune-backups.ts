import { SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import { holding } from './lease.ts';
import { readList } from './json-list.ts';
import { lastVerified } from './list-backups.ts';
import type { ChunkEntry, FileEntry, Manifest } from './manifest.ts';
import { loadIndex, writeIndexFile, type IndexedPack, type ObjectIndex } from './object-index.ts';
import { objectReader, type ObjectReader } from './object-reader.ts';
import { listPacks } from './orphan-packs.ts';
import { attestPrefix, blobPrefix, hashInKey, indexKey, packKey } from './repository-key.ts';
import { lockRepository } from './repository-lock.ts';
import { readManifests, readRepository } from './repository.ts';

export interface PruneBackupsOptions extends FlowOptions {
  readonly repository: StorageBackend;
  /** How many of the newest complete backups of each schema stay, at least 1. */
  readonly keepLast: number;
  /** True: only say what would go. Default false. */
  readonly dryRun?: boolean;
}

export interface PruneResult {
  readonly removed: readonly { readonly id: string; readonly name: string }[];
  readonly kept: number;
  /** Bytes of packs and blobs that no backup needed any more; 0 for a dry run. */
  readonly bytesFreed: number;
}

interface Held {
  readonly key: string;
  readonly manifest: Manifest;
}

/**
 * Removes all but the newest backups, and what only they needed. Partial ones do not count and go when they are older than the
 * oldest one that stays. The newest verified backup always stays. Nothing is removed while any manifest cannot be read.
 * @throws ARGUMENT_INVALID, LOCKED, BACKUP_DAMAGED, BACKUP_VERSION
 */
export async function pruneBackups(options: PruneBackupsOptions): Promise<PruneResult> {
  const { repository, keepLast } = options;
  if (!Number.isInteger(keepLast) || keepLast < 1) throw new SyncError('ARGUMENT_INVALID', `Expected keepLast to be a whole number of at least 1, received ${keepLast}.`);
  await readRepository(repository);
  return holding(lockRepository(repository, 'prune'), () => prune(options));
}

async function prune({ repository, keepLast, dryRun = false, signal, onProgress }: PruneBackupsOptions): Promise<PruneResult> {
  const all: Held[] = [];
  for await (const { key, manifest, error } of readManifests(repository)) {
    if (!manifest) throw error; // what it needs is unknown, so nothing may go
    all.push({ key, manifest });
  }
  const kept = await chosen(repository, all, keepLast);
  const gone = all.filter((each) => !kept.has(each.key));
  const removed = gone.map(({ manifest: { id, name } }) => ({ id, name }));
  if (dryRun || gone.length === 0) return { removed, kept: kept.size, bytesFreed: 0 };
  const packs = await listPacks(repository);
  const index = await loadIndex(repository, { packs });
  const reader = objectReader(repository, index);
  const staying = all.filter((each) => kept.has(each.key)).map((each) => each.manifest);
  const needed = await neededPacks(staying, index, reader, signal); // before anything is removed: it may find damage
  for (const { key, manifest } of gone) {
    await repository.delete(key);
    for await (const { key: note } of repository.list(`${attestPrefix}${manifest.id}/`)) await repository.delete(note);
  }
  let bytesFreed = await removeBlobs(repository, staying, reader, signal);
  await shrinkIndex(repository, index, needed);
  for (const [pack, sizeBytes] of packs) {
    if (needed.has(pack)) continue;
    await repository.delete(packKey(pack));
    bytesFreed += sizeBytes;
    onProgress?.({ done: bytesFreed, unit: 'bytes' });
  }
  return { removed, kept: kept.size, bytesFreed };
}

async function chosen(repository: StorageBackend, all: readonly Held[], keepLast: number): Promise<Set<string>> {
  const kept = new Set<string>();
  for (const schema of new Set(all.map((each) => each.manifest.schema.name))) {
    const own = all.filter((each) => each.manifest.schema.name === schema);
    const complete = own.filter((each) => each.manifest.status === 'complete');
    const newest = complete.slice(-keepLast);
    for (const { key } of newest) kept.add(key);
    const oldest = newest[0]?.manifest.seq ?? 0;
    for (const { key, manifest } of own) if (manifest.seq > oldest) kept.add(key);
    for (const { key, manifest } of complete.toReversed()) {
      if (!(await lastVerified(repository, manifest))) continue;
      kept.add(key);
      break;
    }
  }
  return kept;
}

async function neededPacks(staying: readonly Manifest[], index: ObjectIndex, reader: ObjectReader, signal: AbortSignal | undefined): Promise<Set<string>> {
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
async function removeBlobs(repository: StorageBackend, staying: readonly Manifest[], reader: ObjectReader, signal: AbortSignal | undefined): Promise<number> {
  const lists = await Promise.all(staying.map(async ({ files }) => {
    const entries = readList<FileEntry>(reader, files.mode === 'copy' ? files.list : null)[Symbol.asyncIterator]();
    return { entries, head: await entries.next() };
  }));
  let freed = 0;
  for await (const { key, sizeBytes } of repository.list(blobPrefix)) {
    throwIfAborted(signal, 'Pruning');
    const hash = hashInKey(key);
    if (hash === null) continue;
    let needed = false;
    for (const list of lists) {
      while (!list.head.done && list.head.value.sha256 < hash) list.head = await list.entries.next();
      needed ||= !list.head.done && list.head.value.sha256 === hash;
    }
    if (needed) continue;
    await repository.delete(key);
    freed += sizeBytes;
  }
  return freed;
}

/** One index for all that stays, in place of the old ones, so that none names a pack that is gone. */
async function shrinkIndex(repository: StorageBackend, index: ObjectIndex, needed: ReadonlySet<string>): Promise<void> {
  const packs = new Map<string, IndexedPack & { objects: IndexedPack['objects'][number][] }>();
  for (const { pack, packSizeBytes, index: _, ...object } of index.locations.values()) {
    if (!needed.has(pack)) continue;
    const line = packs.get(pack) ?? { pack, sizeBytes: packSizeBytes, objects: [] };
    line.objects.push(object);
    packs.set(pack, line);
  }
  const { id } = await writeIndexFile(repository, [...packs.values()], [...index.files, ...index.superseded]);
  for (const old of index.files) if (old !== id) await repository.delete(indexKey(old));
}
