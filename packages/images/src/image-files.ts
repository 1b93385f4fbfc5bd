import { createHash } from 'node:crypto';
import { isSyncError, SyncError } from '@1688/core';
import { collectBytes, type StorageBackend } from '@1688/storage';
import type { DecodedImage, MadeVariant } from './decoder.ts';
import type { FetchOptions } from './fetcher.ts';
import { contentTypeOf, type ImageFormat } from './image-format.ts';
import { keyOfOriginal, keyOfVariant } from './image-key.ts';
import type { StoredVariant } from './stored-image.ts';

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Writes an original under its hash. @returns whether it was not there before */
export async function writeOriginal(storage: StorageBackend, bytes: Uint8Array, { format }: Pick<DecodedImage, 'format'>, options: FetchOptions): Promise<{ key: string; sha256: string; created: boolean }> {
  const sha256 = sha256Of(bytes);
  const key = keyOfOriginal(sha256, format);
  const { conditionalPut } = storage.capabilities;
  // What stands there with another size is damaged, and is replaced; what has this size is trusted, and checked by `verify`.
  const isThere = async (): Promise<boolean> => (await storage.head(key, options))?.sizeBytes === bytes.length;
  if (!conditionalPut && (await isThere())) return { key, sha256, created: false };
  const put = { sizeBytes: bytes.length, sha256, contentType: contentTypeOf(format), ...options };
  try {
    await storage.put(key, bytes, { ...put, ...(conditionalPut ? { ifAbsent: true } : {}) });
    return { key, sha256, created: true };
  } catch (error) {
    if (!isSyncError(error) || error.code !== 'STORAGE_CONFLICT') throw error;
    if (await isThere()) return { key, sha256, created: false };
    await storage.put(key, bytes, put);
    return { key, sha256, created: true };
  }
}

export async function writeVariants(storage: StorageBackend, original: string, made: readonly MadeVariant[], options: FetchOptions): Promise<StoredVariant[]> {
  return Promise.all(made.map(async ({ bytes, ...facts }) => {
    const key = keyOfVariant(facts.recipe, original, facts.format);
    const sha256 = sha256Of(bytes);
    await storage.put(key, bytes, { sizeBytes: bytes.length, sha256, contentType: contentTypeOf(facts.format), ...options });
    return { ...facts, key, sha256, sizeBytes: bytes.length };
  }));
}

/**
 * Reads an object that is small enough for memory and compares it with its hash.
 * @throws STORAGE_OBJECT_MISSING, STORAGE_CORRUPT
 */
export async function readChecked(storage: StorageBackend, key: string, sha256: string, options: FetchOptions = {}): Promise<Uint8Array> {
  const { body } = await storage.get(key, options);
  const bytes = await collectBytes(body);
  const found = sha256Of(bytes);
  if (found === sha256) return bytes;
  throw new SyncError('STORAGE_CORRUPT', `Expected ${key} to have the SHA-256 ${sha256}, received ${found}.`, { hint: 'Fetch the picture again.', details: { key } });
}

/** All keys that a variant may have, whatever format its recipe gave. */
export function possibleVariantKeys(recipe: string, sha256: string, formats: readonly ImageFormat[]): string[] {
  return formats.map((format) => keyOfVariant(recipe, sha256, format));
}
