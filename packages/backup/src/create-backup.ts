import { isSyncError, SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import { randomBytes } from 'node:crypto';
import { copyFiles } from './backup-files.ts';
import { checkManifest } from './check-manifest.ts';
import { forgetCondemned, readCondemned, type Condemned } from './condemned.ts';
import { holding, lockSchema, takeLease } from './lease.ts';
import { lastVerified } from './list-backups.ts';
import { formatVersion, type BackupPart, type Manifest, type ManifestSchema } from './manifest.ts';
import { loadIndex } from './object-index.ts';
import { objectReader, readOr, type ObjectReader } from './object-reader.ts';
import { objectWriter, type ObjectWriter } from './object-writer.ts';
import { readMoment } from './read-moment.ts';
import { adoptPacks, listPacks } from './orphan-packs.ts';
import { manifestKey } from './repository-key.ts';
import { lockRepository } from './repository-lock.ts';
import { openRepository, readManifests } from './repository.ts';
import { seal, sha256, unseal } from './sealed-json.ts';
import type { BackupTarget, FileReferences } from './target.ts';

export interface CreateBackupOptions extends FlowOptions {
  readonly repository: StorageBackend;
  /** How people call it; unique in the repository, 1 to 100 characters. Default: the time, such as `2026-01-02T03-04-05Z`. */
  readonly name?: string;
  /** A remark, kept as it is. */
  readonly label?: string;
  /** Up to 20 words, each of 1 to 60 letters, digits, `.`, `_` and `-`. Backups with the tag `keep` are never pruned. */
  readonly tags?: readonly string[];
  /** Only these parts. A backup without `db` restores pictures alone. Default: all. */
  readonly only?: readonly BackupPart[];
  /** Only the rows of these tables; the structure of all is kept. Default: all. */
  readonly tables?: readonly string[];
  /** False: files are listed, not copied. Default true. */
  readonly images?: boolean;
  /** Connections that read tables at once, 1 to 16. Default 2; one more holds the snapshot. */
  readonly readers?: number;
  /** Which files belong to the rows. Default: `image_objects` where the schema has it, else none. */
  readonly fileReferences?: FileReferences;
  /** Kept with the backup. The caller leaves secrets out. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface BackupResult {
  readonly id: string;
  readonly name: string;
  readonly kind: 'full' | 'incremental';
  readonly status: 'complete' | 'partial';
  /** Why it is partial; empty when complete. */
  readonly reasons: readonly string[];
  readonly rows: number;
  /** Files that the backup holds. */
  readonly images: number;
  readonly imagesMissing: number;
  /** Bytes of rows, lists and files that this run wrote; the manifest comes on top. */
  readonly bytesNew: number;
  /** Bytes that this backup would take alone. */
  readonly bytesTotal: number;
  /** True: complete, everything this run wrote was read again, and all else it refers to is there in its size. */
  readonly verified: boolean;
  readonly takenAt: string;
  /** Kinds and names of what the schema has and a restore will lack, such as policies. */
  readonly omitted: ManifestSchema['omitted'];
}

/**
 * Backs up the schema and its files as they are at one moment, while others write. What the repository has already is not written
 * again. Killed at any point it leaves no backup, and the next run goes on with what was stored.
 * @throws BACKUP_CONFLICT for a name that is taken, LOCKED while another backup of the schema or a prune runs, NOT_FOUND without
 *   the schema, BACKUP_VERSION and BACKUP_DAMAGED for a repository that cannot be added to, ABORTED, DB_… and STORAGE_… codes
 */
export async function createBackup(target: BackupTarget, options: CreateBackupOptions): Promise<BackupResult> {
  const { repository, signal } = options;
  const startedAt = new Date();
  const name = options.name ?? startedAt.toISOString().replace(/\.\d+Z$/, 'Z').replaceAll(':', '-');
  checkOptions(name, options);
  throwIfAborted(signal, 'The backup');
  await openRepository(repository);
  const run = { startedAt, name, target, options };
  return holding(lockRepository(repository, 'backup'), () => holding(lockSchema(target.db, target.schema, 'backup'), () => backUp(run)));
}

interface Run {
  readonly startedAt: Date;
  readonly name: string;
  readonly target: BackupTarget;
  readonly options: CreateBackupOptions;
}

async function backUp(run: Run): Promise<BackupResult> {
  const { target, options: { repository, signal } } = run;
  const earlier = await earlierBackups(repository, run.name, target.schema);
  const packs = await listPacks(repository);
  // A damaged index is as good as none: its packs are found by their footers.
  const index = await loadIndex(repository, { packs, onDamage: () => {} });
  const condemned = await readCondemned(repository);
  forgetCondemned(index.locations, condemned);
  const adopted = await adoptPacks(repository, packs, index, condemned);
  const supersedes = earlier.indexes.filter((id) => !index.files.has(id) && !index.superseded.has(id));
  const reader = objectReader(repository, index);
  const writer = objectWriter(repository, index, { reader, adopted, supersedes });
  const draft = await store(run, { writer, reader, condemned }, earlier.parent);
  const { damaged } = await checkManifest(repository, {
    // Blobs were looked at while they were copied.
    key: 'the new backup', manifest: draft, level: 'list', blobs: false, index: await loadIndex(repository, { packs: await listPacks(repository), onDamage: () => {} }), signal,
  });
  const [first] = damaged;
  if (first) throw new SyncError('BACKUP_INCOMPLETE', `Expected everything of the new backup to be stored, but ${first.object}: ${first.reason}.`, { hint: 'Run the backup again.', retryable: true });
  throwIfAborted(signal, 'The backup');
  return toResult(await publish(repository, draft, earlier.lastSeq));
}

interface StoreTools {
  readonly writer: ObjectWriter;
  readonly reader: ObjectReader;
  readonly condemned: Condemned;
}

/** Everything but the manifest, which is returned to be written last. */
async function store({ startedAt, name, target, options }: Run, { writer, reader, condemned }: StoreTools, parent: Manifest | null): Promise<Manifest> {
  const { repository, only, images = only?.includes('images') ?? true, signal, onProgress } = options;
  const lease = await takeLease(target.db, target.schema);
  try {
    const { contents, files: listed } = await readMoment(target, options, { writer, reader, parent, leased: lease !== null });
    await writer.flush();
    const { facts: files, bytesNew } = await copyFiles(target.files, repository, { reader, writer, listed, copy: images, condemned, known: await knownFiles(repository, parent), signal, onProgress });
    const config = options.config && (only?.includes('config') ?? true) ? { object: await writer.add(Buffer.from(JSON.stringify(options.config)), 'list'), secrets: 'excluded' as const } : null;
    const reasons = files.missingCount > 0 ? [`${files.missingCount} files are missing or not those that were stored`] : [];
    // Without the lease somebody may have deleted pictures that the snapshot refers to.
    if (lease && !(await lease.renew())) reasons.push('the lease ran out while files were copied');
    const indexes = await writer.finish();
    const finishedAt = new Date();
    const { stats } = writer;
    return {
      format: formatVersion, id: randomBytes(6).toString('hex'), seq: 0, name, label: options.label ?? null, tags: [...new Set(options.tags)], only: only ? [...new Set(only)].toSorted() : null, kind: parent ? 'incremental' : 'full',
      status: reasons.length === 0 ? 'complete' : 'partial', reasons, parent: parent?.id ?? null,
      startedAt: startedAt.toISOString(), finishedAt: finishedAt.toISOString(), ...contents, files, config, indexes,
      stats: {
        rows: contents.tables.reduce((sum, each) => sum + each.rows, 0), chunks: stats.chunks, chunksNew: stats.chunksNew,
        bytesNew: stats.bytesNew + bytesNew, bytesTotal: stats.bytesReferred + files.bytes, durationMs: finishedAt.getTime() - startedAt.getTime(),
      },
      verified: { level: 'written', at: finishedAt.toISOString() },
    };
  } finally {
    await lease?.[Symbol.asyncDispose]();
  }
}

const trustedMs = 7 * 24 * 3_600_000;

/** Millions of files are not listed again for each backup: once a week, or after a verification found damage. */
async function knownFiles(repository: StorageBackend, parent: Manifest | null): Promise<{ list: string | null; listedAt: string } | null> {
  const { mode, list, listedAt } = parent?.files ?? {};
  if (!parent || mode !== 'copy' || list === undefined || !listedAt || Date.now() - Date.parse(listedAt) > trustedMs) return null;
  return (await lastVerified(repository, parent)) ? { list, listedAt } : null;
}

function checkOptions(name: string, { readers = 2, tags = [], only }: CreateBackupOptions): void {
  const wrong = tags.find((each) => !/^[\p{L}\p{N}._-]{1,60}$/u.test(each));
  if (wrong !== undefined || tags.length > 20) throw new SyncError('ARGUMENT_INVALID', `Expected up to 20 tags of letters, digits, ".", "_" and "-", received ${wrong === undefined ? tags.length : JSON.stringify(wrong.slice(0, 80))}.`);
  if (only?.length === 0) throw new SyncError('ARGUMENT_INVALID', 'Expected at least one of db, images, config, received none.');
  if (!Number.isInteger(readers) || readers < 1 || readers > 16) throw new SyncError('ARGUMENT_INVALID', `Expected readers to be 1 to 16, received ${readers}.`);
  // oxlint-disable-next-line no-control-regex -- these are the characters that a name must not have
  const usable = name.length <= 100 && name.trim() === name && name !== '' && !/[\u0000-\u001F\u007F]/.test(name);
  if (usable && name !== 'latest' && !/^[0-9a-f]{12}$/.test(name)) return;
  throw new SyncError('ARGUMENT_INVALID', `Expected a backup name of 1 to 100 characters that is neither "latest" nor looks like an id, received ${JSON.stringify(name.slice(0, 120))}.`);
}

async function earlierBackups(repository: StorageBackend, name: string, schema: string): Promise<{ parent: Manifest | null; lastSeq: number; indexes: readonly string[] }> {
  let parent: Manifest | null = null;
  const indexes = new Set<string>();
  let lastSeq = 0;
  for await (const { seq, manifest } of readManifests(repository)) {
    lastSeq = seq;
    for (const id of manifest?.indexes ?? []) indexes.add(id);
    if (manifest?.name === name) {
      throw new SyncError('BACKUP_CONFLICT', `Expected a name that no backup has, received ${JSON.stringify(name)}, which is that of backup ${manifest.id}.`, { hint: 'Give another name, or none.' });
    }
    // One without rows would tell nothing of how they were cut.
    if (manifest?.schema.name === schema && manifest.includes?.length !== 0) parent = manifest;
  }
  return { parent, lastSeq, indexes: [...indexes] };
}

/** Writing this file is what makes the backup exist. Who comes second to a number takes the next. */
async function publish(repository: StorageBackend, draft: Manifest, lastSeq: number): Promise<Manifest> {
  for (let seq = lastSeq + 1; ; seq += 1) {
    const manifest = { ...draft, seq };
    const key = manifestKey(seq);
    try {
      const conditional = repository.capabilities.conditionalPut;
      if (!conditional && (await repository.head(key))) continue;
      const text = seal(manifest);
      await repository.put(key, text, { ifAbsent: conditional, sizeBytes: Buffer.byteLength(text), sha256: sha256(text) });
    } catch (error) {
      if (!isSyncError(error) || error.code !== 'STORAGE_CONFLICT') throw error;
    }
    // Read again: it may have been ours that was in the way, put by a try whose answer got lost.
    if ((unseal(key, await readOr(repository, key)) as Manifest).id === draft.id) return manifest;
  }
}

function toResult({ id, name, kind, status, reasons, stats, files, verified, snapshot, schema }: Manifest): BackupResult {
  return {
    id, name, kind, status, reasons, rows: stats.rows, images: files.mode === 'copy' ? files.total : 0, imagesMissing: files.missingCount,
    bytesNew: stats.bytesNew, bytesTotal: stats.bytesTotal, verified: status === 'complete' && verified !== null, takenAt: snapshot.takenAt, omitted: schema.omitted,
  };
}
