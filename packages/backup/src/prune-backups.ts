import { throwIfAborted, type FlowOptions } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import { readCondemned, writeCondemned, type Condemned } from './condemned.ts';
import { holding } from './lease.ts';
import { lastVerified } from './list-backups.ts';
import type { Manifest } from './manifest.ts';
import { neededPacks, unneededBlobs } from './needed.ts';
import { loadIndex, writeIndexFile, type IndexedPack, type ObjectIndex } from './object-index.ts';
import { objectReader } from './object-reader.ts';
import { listPacks } from './orphan-packs.ts';
import { attestPrefix, blobKey, indexKey, packKey } from './repository-key.ts';
import { lockRepository } from './repository-lock.ts';
import { readManifests, readRepository } from './repository.ts';
import { retained, type RetentionOptions, type RetentionPolicy } from './retention.ts';

export interface PruneBackupsOptions extends RetentionPolicy, RetentionOptions, FlowOptions {
  readonly repository: StorageBackend;
  /** True: only say what would go. Default false. */
  readonly dryRun?: boolean;
  /**
   * How long what no backup needs is kept before a later prune deletes it: longer than any backup takes, so that one which was frozen
   * and thawed finds all that it refers to. Default 24; 0 deletes at once.
   */
  readonly graceHours?: number;
}

export interface PruneResult {
  readonly removed: readonly { readonly id: string; readonly name: string }[];
  readonly kept: number;
  /** Why each backup stays, by id. */
  readonly reasons: Readonly<Record<string, readonly string[]>>;
  /** Bytes of packs and blobs that were deleted, or for a dry run would be. */
  readonly bytesFreed: number;
  /** Bytes that no backup needs and that a later prune will delete. */
  readonly bytesCondemned: number;
}

interface Held {
  readonly key: string;
  readonly manifest: Manifest;
}

/**
 * Removes the backups that no rule keeps, condemns what only they needed, and deletes what was condemned long enough ago.
 * Nothing is removed while any manifest cannot be read.
 * @throws ARGUMENT_INVALID, LOCKED, BACKUP_DAMAGED, BACKUP_VERSION
 */
export async function pruneBackups(options: PruneBackupsOptions): Promise<PruneResult> {
  const { repository, dryRun = false } = options;
  retained([], options, options); // a wrong rule is told before anything is read
  await readRepository(repository);
  return dryRun ? prune(options) : holding(lockRepository(repository, 'prune'), () => prune(options));
}

async function prune(options: PruneBackupsOptions): Promise<PruneResult> {
  const { repository, dryRun = false, graceHours = 24, now = new Date(), signal, onProgress } = options;
  const all: Held[] = [];
  for await (const { key, manifest, error } of readManifests(repository)) {
    if (!manifest) throw error; // what it needs is unknown, so nothing may go
    all.push({ key, manifest });
  }
  const reasons = retained(await Promise.all(all.map((each) => factsOf(repository, each.manifest))), options, { ...options, now });
  const gone = all.filter((each) => !reasons.has(each.manifest.id));
  const staying = all.filter((each) => reasons.has(each.manifest.id)).map((each) => each.manifest);
  const packs = await listPacks(repository);
  const index = await loadIndex(repository, { packs });
  const reader = objectReader(repository, index);
  const needed = await neededPacks(staying, index, reader, signal); // before anything is removed: it may find damage
  if (!dryRun) for (const each of gone) await removeManifest(repository, each);

  const before = await readCondemned(repository);
  const after = { packs: new Map<string, Date>(), blobs: new Map<string, Date>() };
  const dead = { packs: [] as string[], blobs: [] as string[] };
  const totals = { freed: 0, condemned: 0 };
  const judge = async (kind: 'packs' | 'blobs', id: string, key: string, sizeBytes: number): Promise<void> => {
    const since = before[kind].get(id) ?? now;
    // Written again after it was condemned: somebody wants it, though the backup is not done yet.
    const isRewritten = before[kind].has(id) && ((await repository.head(key))?.modifiedAt ?? since) > since;
    if (isRewritten) return;
    const isOver = graceHours === 0 || (before[kind].has(id) && now.getTime() - since.getTime() >= graceHours * 3_600_000);
    if (isOver) dead[kind].push(id);
    else after[kind].set(id, since);
    totals[isOver ? 'freed' : 'condemned'] += sizeBytes;
  };
  for (const [id, sizeBytes] of packs) if (!needed.has(id)) await judge('packs', id, packKey(id), sizeBytes);
  for await (const { id, sizeBytes } of unneededBlobs(repository, staying, reader, signal)) await judge('blobs', id, blobKey(id), sizeBytes);
  if (!dryRun) await remove(repository, { before, after, dead, index, signal, onProgress });
  return {
    removed: gone.map(({ manifest: { id, name } }) => ({ id, name })), kept: staying.length, reasons: Object.fromEntries(reasons),
    bytesFreed: totals.freed, bytesCondemned: totals.condemned,
  };
}

async function factsOf(repository: StorageBackend, manifest: Manifest): Promise<Parameters<typeof retained>[0][number]> {
  const { id, seq, snapshot, status, schema, store, tags = [], only = null, includes } = manifest;
  return {
    id, seq, takenAt: new Date(snapshot.takenAt), isComplete: status === 'complete', tags,
    isVerified: (await lastVerified(repository, manifest)) !== null, group: JSON.stringify([schema.name, store?.lineage ?? null, only, includes]),
  };
}

async function removeManifest(repository: StorageBackend, { key, manifest }: Held): Promise<void> {
  await repository.delete(key);
  for await (const { key: note } of repository.list(`${attestPrefix}${manifest.id}/`)) await repository.delete(note);
}

interface Removal {
  readonly before: Condemned;
  readonly after: Pick<Condemned, 'packs' | 'blobs'>;
  readonly dead: { readonly packs: readonly string[]; readonly blobs: readonly string[] };
  readonly index: ObjectIndex;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: FlowOptions['onProgress'];
}

/** Notes first, then the index, then what it named: who is killed in between leaves nothing that is named and gone. */
async function remove(repository: StorageBackend, { before, after, dead, index, signal, onProgress }: Removal): Promise<void> {
  await writeCondemned(repository, before, after);
  const gone = new Set(dead.packs);
  if (dead.packs.some((id) => index.packs.has(id))) await shrinkIndex(repository, index, gone);
  let done = 0;
  const total = dead.packs.length + dead.blobs.length;
  for (const key of [...dead.packs.map(packKey), ...dead.blobs.map(blobKey)]) {
    throwIfAborted(signal, 'Pruning');
    await repository.delete(key);
    onProgress?.({ done: (done += 1), total, unit: 'objects' });
  }
}

/** One index for all that stays, in place of the old ones, so that none names a pack that is gone. */
async function shrinkIndex(repository: StorageBackend, index: ObjectIndex, gone: ReadonlySet<string>): Promise<void> {
  const packs = new Map<string, IndexedPack & { objects: IndexedPack['objects'][number][] }>();
  for (const { pack, packSizeBytes, index: _, ...object } of index.locations.values()) {
    if (gone.has(pack)) continue;
    const line = packs.get(pack) ?? { pack, sizeBytes: packSizeBytes, objects: [] };
    line.objects.push(object);
    packs.set(pack, line);
  }
  const { id } = await writeIndexFile(repository, [...packs.values()], [...index.files, ...index.superseded]);
  for (const old of index.files) if (old !== id) await repository.delete(indexKey(old));
}
