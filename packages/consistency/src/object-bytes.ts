import { createHash } from 'node:crypto';
import { isSyncError } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import { withSignal } from './object-scan.ts';

export interface ObjectBytes {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Hash and length of what is really stored under the key, read as a stream; null when nothing is. */
export async function hashObject(files: Pick<StorageBackend, 'get'>, key: string, signal: AbortSignal | undefined): Promise<ObjectBytes | null> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    const { body } = await files.get(key, withSignal({ signal }));
    for await (const chunk of body) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
  } catch (error) {
    if (isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING') return null;
    throw error;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}
