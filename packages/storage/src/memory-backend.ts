import { throwIfAborted } from '@1688/core';
import { checkedBody, collectBytes } from './body.ts';
import { checkKey, checkPrefix, compareKeys } from './key.ts';
import { missingObject, objectExists } from './object-error.ts';
import { resolveRange } from './range.ts';
import type { StorageBackend, StorageCapabilities, StoredObject } from './storage-backend.ts';

const capabilities: StorageCapabilities = {
  atomicPut: true, conditionalPut: true, range: true, checksumOnWrite: true, signedUrl: false, copy: true, maxObjectBytes: null,
};

export interface MemoryBackendOptions {
  /** Where `modifiedAt` comes from. Default: the system's clock. */
  readonly now?: () => Date;
}

/** Keeps objects in a Map: the reference backend, for tests and as a model for new ones. */
export function memoryBackend({ now = () => new Date() }: MemoryBackendOptions = {}): StorageBackend {
  const held = new Map<string, { object: StoredObject; bytes: Uint8Array }>();
  let puts = 0;

  function keep(key: string, bytes: Uint8Array, contentType: string | undefined): StoredObject {
    puts += 1;
    const object = { key, sizeBytes: bytes.length, modifiedAt: now(), etag: `${puts}`, ...(contentType === undefined ? {} : { contentType }) };
    held.set(key, { object, bytes });
    return object;
  }

  function find(key: string, signal: AbortSignal | undefined, work: string): { object: StoredObject; bytes: Uint8Array } | undefined {
    checkKey(key);
    throwIfAborted(signal, `${work} ${key}`);
    return held.get(key);
  }

  return {
    name: 'memory',
    capabilities,

    async put(key, body, options = {}) {
      checkKey(key);
      const bytes = Uint8Array.from(await collectBytes(checkedBody(body, options))); // before set(): a body that fails leaves the old object
      if (options.ifAbsent && held.has(key)) throw objectExists(key);
      return keep(key, bytes, options.contentType);
    },

    async get(key, { range, signal } = {}) {
      const found = find(key, signal, 'Reading');
      if (!found) throw missingObject(key);
      const { start, length } = resolveRange(range, found.bytes.length);
      return { object: found.object, body: pieces(found.bytes.subarray(start, start + length), signal) };
    },

    head: async (key, { signal } = {}) => find(key, signal, 'Reading')?.object ?? null,

    async delete(key, { signal } = {}) {
      if (find(key, signal, 'Deleting')) held.delete(key);
    },

    async *list(prefix, { after, signal } = {}) {
      checkPrefix(prefix);
      for (const key of [...held.keys()].toSorted(compareKeys)) {
        throwIfAborted(signal, `Listing ${prefix}`);
        const object = held.get(key)?.object; // may have been deleted since
        if (object && key.startsWith(prefix) && (after === undefined || compareKeys(key, after) > 0)) yield object;
      }
    },

    async copy(from, to, { signal } = {}) {
      const found = find(from, signal, 'Copying');
      checkKey(to);
      if (!found) throw missingObject(from);
      return keep(to, found.bytes, found.object.contentType);
    },
  };
}

/** Copies, so that a reader who writes into a chunk does not write into the store. */
async function* pieces(bytes: Uint8Array, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const pieceBytes = 64 * 1024;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    throwIfAborted(signal, 'Reading a body');
    yield bytes.slice(at, at + pieceBytes);
  }
}
