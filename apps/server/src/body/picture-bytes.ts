import { SyncError } from '@1688/core';
import type { Mirror } from '@1688/mirror';

/** Thumbnails and what is made for pages; originals of cameras are not worth the room. */
const largestBytes = 512 * 1024;
const mostBytes = 32 * 1024 * 1024;

export interface PictureBytes {
  /** The whole object, or null for one that is too large to be held. @throws STORAGE_CORRUPT for another length, and what the storage throws */
  of(key: string, sizeBytes: number): Promise<Buffer | null>;
}

/**
 * The pictures that were asked for last, at most 32 MiB of them. A page of thumbnails asks for the same ones again and again, and an object
 * never changes under its key; who is told that it is still there decides before.
 */
export function pictureBytes({ storage }: Pick<Mirror, 'storage'>): PictureBytes {
  const held = new Map<string, Buffer>();
  let total = 0;

  function hold(key: string, bytes: Buffer): void {
    if (held.has(key)) return; // two requests may have read it at once
    held.set(key, bytes);
    total += bytes.length;
    for (const [oldest, { length }] of held) {
      if (total <= mostBytes) break;
      held.delete(oldest);
      total -= length;
    }
  }

  return {
    async of(key, sizeBytes) {
      const known = held.get(key);
      if (known) {
        held.delete(key); // to the end: what was asked for last goes last
        held.set(key, known);
        return known;
      }
      if (sizeBytes > largestBytes) return null;
      const { body } = await storage.get(key);
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      if (bytes.length !== sizeBytes) throw new SyncError('STORAGE_CORRUPT', `Expected ${sizeBytes} bytes under ${JSON.stringify(key)}, found ${bytes.length}.`, { hint: 'See "1688sync check --deep".' });
      hold(key, bytes);
      return bytes;
    },
  };
}
