import { isSyncError, SyncError } from '@1688/core';
import { collectBytes, type StorageBackend } from '@1688/storage';
import { createHash } from 'node:crypto';
import { damaged } from './damage.ts';
import type { ReferredFile } from './file-references.ts';
import type { FileEntry, MissingFile } from './manifest.ts';
import { blobKey } from './repository-key.ts';
import { sha256 } from './sealed-json.ts';

/** Up to this size a file is held in memory, so that nothing is stored before its hash is known. */
const heldBytes = 16 * 1024 * 1024;

export type CopyResult =
  | { readonly ok: true; readonly entry: FileEntry; readonly isNew: boolean }
  | { readonly ok: false; readonly missing: MissingFile };

/**
 * Copies a file into the repository under its SHA-256. Bytes that are not those that were stored are never put there.
 * @param has whether the repository has the blob with this length already
 */
export async function copyToRepository(from: StorageBackend, repository: StorageBackend, file: ReferredFile, has: (hash: string, sizeBytes: number) => Promise<boolean>): Promise<CopyResult> {
  const { key, sizeBytes } = file;
  const absent = (reason: MissingFile['reason']): CopyResult => ({ ok: false, missing: { key, sha256: file.sha256, reason } });
  try {
    const object = await from.head(key);
    if (!object) return absent('missing');
    if (sizeBytes !== null && object.sizeBytes !== sizeBytes) return absent('corrupt');
    const hash = file.sha256 ?? (await hashOf(from, key));
    const entry = { sha256: hash, sizeBytes: object.sizeBytes, key };
    if (await has(hash, object.sizeBytes)) return { ok: true, entry, isNew: false };
    if (!(await transfer(from, key, repository, blobKey(hash), entry))) return absent('corrupt');
    // A storage that compares the hash before anybody sees the file has read it already.
    if (!repository.capabilities.checksumOnWrite && (await hashOf(repository, blobKey(hash))) !== hash) throw damaged(blobKey(hash), 'read again right after it was written, its bytes differ');
    return { ok: true, entry, isNew: true };
  } catch (error) {
    if (isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING') return absent('missing');
    throw error;
  }
}

/** False, and nothing stored, when the source does not have the bytes that `wanted` tells. */
export async function transfer(from: StorageBackend, key: string, to: StorageBackend, toKey: string, wanted: { readonly sha256: string; readonly sizeBytes: number }): Promise<boolean> {
  const options = { sha256: wanted.sha256, sizeBytes: wanted.sizeBytes };
  const { object, body } = await from.get(key);
  if (object.sizeBytes !== wanted.sizeBytes) return false;
  if (wanted.sizeBytes <= heldBytes) {
    const bytes = await collectBytes(body);
    if (bytes.length !== wanted.sizeBytes || sha256(bytes) !== wanted.sha256) return false;
    await to.put(toKey, bytes, options);
    return true;
  }
  const source = { isWrong: false };
  try {
    await to.put(toKey, checked(body, wanted.sha256, source), options);
    return true;
  } catch (error) {
    if (source.isWrong) return false;
    throw error;
  }
}

/** Fails at the end of a body with other bytes: the put that reads it stores nothing then. */
async function* checked(body: AsyncIterable<Uint8Array>, expected: string, source: { isWrong: boolean }): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of body) {
    hash.update(piece);
    yield piece;
  }
  source.isWrong = hash.digest('hex') !== expected;
  if (source.isWrong) throw new SyncError('STORAGE_CORRUPT', `Expected a file with the SHA-256 ${expected}, received other bytes.`);
}

export async function hashOf(backend: StorageBackend, key: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of (await backend.get(key)).body) hash.update(piece);
  return hash.digest('hex');
}
