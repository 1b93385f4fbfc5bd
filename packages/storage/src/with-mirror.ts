import { createHash } from 'node:crypto';
import { isSyncError } from '@1688/core';
import { delegate } from './delegate.ts';
import { keyQueue } from './key-queue.ts';
import type { PutOptions, StorageBackend, StorageBody, StoredObject } from './storage-backend.ts';

type Signalled = { readonly signal?: AbortSignal };

/**
 * Keeps the same objects in several places: reads from `primary`, writes to it and then to each of the others, whose copies are
 * checked by SHA-256. A put or delete has succeeded when all places did it; when another place fails, the primary has it already
 * and the same call again completes it. What can be done is what the primary can do.
 *
 * Within one process writes of one key follow each other; two processes that write different bytes under one key at the same
 * moment may leave the places different. Keys made from content cannot differ.
 */
export function withMirror(primary: StorageBackend, ...others: readonly StorageBackend[]): StorageBackend {
  const all = delegate(primary);
  const { copy } = all;
  const inTurn = keyQueue();
  const limits = [primary, ...others].flatMap((each) => each.capabilities.maxObjectBytes ?? []);

  async function put(key: string, body: StorageBody, options: PutOptions): Promise<StoredObject> {
    const passed = digested(body);
    try {
      const object = await all.put(key, passed.body, options);
      await toOthers(object, options, isWhole(body) ? { bytes: body } : { sha256: passed.sha256() });
      return object;
    } catch (error) {
      // Whoever stored it may have been cut off before the other places had it, and the caller will rely on it.
      if (isSyncError(error) && error.code === 'STORAGE_CONFLICT') await completeOthers(key, options);
      throw error;
    }
  }

  async function toOthers(object: StoredObject, { contentType, signal }: PutOptions, from: { readonly bytes?: string | Uint8Array; readonly sha256?: string }): Promise<void> {
    const { key, sizeBytes } = object;
    const given = { sizeBytes, ...(contentType === undefined ? {} : { contentType }), ...(signal ? { signal } : {}) };
    await Promise.all(others.map(async (other) => {
      if (from.bytes !== undefined) return other.put(key, from.bytes, given);
      const { body } = await all.get(key, signal ? { signal } : {});
      return other.put(key, body, { ...given, ...(from.sha256 === undefined ? {} : { sha256: from.sha256 }) });
    }));
  }

  async function completeOthers(key: string, { signal }: Signalled): Promise<void> {
    const given = signal ? { signal } : {};
    const object = await all.head(key, given);
    const found = await Promise.all(others.map((other) => other.head(key, given)));
    if (object && found.some((each) => each?.sizeBytes !== object.sizeBytes)) await toOthers(object, given, {});
  }

  return {
    ...all,
    name: [primary, ...others].map(({ name }) => name).join('+'),
    capabilities: { ...primary.capabilities, maxObjectBytes: limits.length > 0 ? Math.min(...limits) : null },
    put: (key, body, options = {}) => inTurn(key, () => put(key, body, options)),
    delete: (key, options) => inTurn(key, async () => {
      await all.delete(key, options);
      await Promise.all(others.map((other) => other.delete(key, options)));
    }),
    ...(copy && {
      copy: (from: string, to: string, options: Signalled = {}) => inTurn(to, async () => {
        const object = await copy(from, to, options);
        await toOthers(object, options, {});
        return object;
      }),
    }),
    async close() {
      await Promise.all([primary, ...others].map((each) => each.close?.()));
    },
  };
}

function isWhole(body: StorageBody): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

/** The same body, and its hash once it has been read. */
function digested(body: StorageBody): { readonly body: StorageBody; sha256(): string } {
  const hash = createHash('sha256');
  if (isWhole(body)) return { body, sha256: () => hash.update(body).digest('hex') };
  async function* passing(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  }
  return { body: passing(body), sha256: () => hash.digest('hex') };
}
