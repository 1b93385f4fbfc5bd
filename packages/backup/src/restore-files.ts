import { isSyncError, SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import { damaged } from './damage.ts';
import { hashOf, transfer } from './file-copy.ts';
import { asideFolder } from './file-references.ts';
import { inParallel } from './in-parallel.ts';
import { readList } from './json-list.ts';
import type { FileEntry, Manifest } from './manifest.ts';
import { loadIndex } from './object-index.ts';
import { objectReader } from './object-reader.ts';
import { listPacks } from './orphan-packs.ts';
import { blobKey } from './repository-key.ts';

const atOnce = 4;

/**
 * How many files are missing or wrong in `files`; proves that the backup can bring each of them back.
 * @throws BACKUP_DAMAGED naming a blob that is needed and not as it was written
 */
export async function filesToRestore(files: StorageBackend, repository: StorageBackend, manifest: Manifest, signal: AbortSignal | undefined): Promise<number> {
  let count = 0;
  const results = inParallel(await entriesOf(repository, manifest), atOnce, async (entry) => {
    if (await isGood(files, entry)) return false;
    await proveBlob(repository, entry);
    return true;
  });
  for await (const isWanted of results) {
    throwIfAborted(signal, 'The restore');
    count += isWanted ? 1 : 0;
  }
  return count;
}

export interface RestoreFilesOptions extends FlowOptions {
  readonly asidePrefix: string;
  /** Which files are looked at. Default: all. */
  readonly wants?: (entry: FileEntry) => boolean;
}

/** Where a restore keeps the files that it replaces. */
export const asidePrefix = (id: string): string => `${asideFolder}${id}/`;

/**
 * Puts back the files that are missing or wrong; good ones are never written. A file of another content whose key does not hold
 * its hash may be a newer one: it is first copied to `asidePrefix`.
 */
export async function restoreFiles(files: StorageBackend, repository: StorageBackend, manifest: Manifest, { asidePrefix, wants = () => true, signal, onProgress }: RestoreFilesOptions): Promise<number> {
  let done = 0;
  const results = inParallel(await entriesOf(repository, manifest), atOnce, async (entry) => {
    if (!wants(entry) || (await isGood(files, entry))) return false;
    if (!entry.key.includes(entry.sha256)) await copyObject(files, entry.key, `${asidePrefix}${entry.key}`);
    if (!(await transfer(repository, blobKey(entry.sha256), files, entry.key, entry))) throw damaged(blobKey(entry.sha256), 'its bytes do not have the SHA-256 in its name');
    return true;
  });
  for await (const isRestored of results) {
    throwIfAborted(signal, 'The restore');
    done += isRestored ? 1 : 0;
    onProgress?.({ done, unit: 'images' });
  }
  return done;
}

/** Brings back what was copied aside. */
export async function undoFiles(files: StorageBackend, asidePrefix: string): Promise<void> {
  for await (const { key } of files.list(asidePrefix)) {
    await copyObject(files, key, key.slice(asidePrefix.length));
    await files.delete(key);
  }
}

async function entriesOf(repository: StorageBackend, { files }: Manifest): Promise<AsyncIterable<FileEntry>> {
  if (files.mode !== 'copy' || files.list === null) return (async function* () {})();
  const index = await loadIndex(repository, { packs: await listPacks(repository), onDamage: () => {} });
  return readList<FileEntry>(objectReader(repository, index), files.list);
}

/** Of a key that holds the hash, the length decides: its bytes were proven when they were stored. Other keys are read. */
async function isGood(files: StorageBackend, { key, sha256, sizeBytes }: FileEntry): Promise<boolean> {
  const object = await files.head(key);
  if (object?.sizeBytes !== sizeBytes) return false;
  return key.includes(sha256) || (await hashOf(files, key)) === sha256;
}

async function proveBlob(repository: StorageBackend, { sha256 }: FileEntry): Promise<void> {
  const key = blobKey(sha256);
  try {
    if ((await hashOf(repository, key)) === sha256) return;
  } catch (error) {
    if (isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING') throw damaged(key, 'it is missing');
    throw error;
  }
  throw damaged(key, 'its bytes do not have the SHA-256 in its name');
}

async function copyObject(files: StorageBackend, from: string, to: string): Promise<void> {
  try {
    const { object, body } = await files.get(from);
    await files.put(to, body, { sizeBytes: object.sizeBytes });
  } catch (error) {
    if (!isSyncError(error) || error.code !== 'STORAGE_OBJECT_MISSING') throw error;
  }
}

export function needsRepository(): SyncError {
  return new SyncError('ARGUMENT_INVALID', 'Expected the repository that files are put back from, received none.', { hint: 'Find the plan again with { repository }.' });
}
