import { isSyncError, type ErrorCode } from '@1688/core';
import { delegate } from './delegate.ts';
import { compareKeys } from './key.ts';
import { missingObject, objectExists, unsupported } from './object-error.ts';
import type { GetOptions, StorageBackend, StoredObject } from './storage-backend.ts';

type Signalled = { readonly signal?: AbortSignal };

/** These would be the same in any place. */
const ownFaults: readonly ErrorCode[] = ['ABORTED', 'ARGUMENT_INVALID', 'STORAGE_KEY', 'STORAGE_UNSUPPORTED'];

/**
 * Reads an object from `fallback` where `primary` has none or cannot answer, so that a store can be used while it is moved. Puts
 * go to the primary alone; a delete goes to both, else the object would come back. An object is absent when the primary says so
 * and the fallback does, too: where the primary cannot answer and the fallback has none, the primary's error is thrown.
 *
 * A list needs both places. There is no `publicUrl`, which could not know in which place an object lies.
 */
export function withReadFallback(primary: StorageBackend, fallback: StorageBackend): StorageBackend {
  const { publicUrl: _noPlace, signedUrl: _one, ...all } = delegate(primary);
  const { copy } = all;
  const canRange = primary.capabilities.range && fallback.capabilities.range;
  const signsBoth = primary.signedUrl !== undefined && fallback.signedUrl !== undefined;

  /** What `read` finds in the first place that has it; null when both say that there is nothing. */
  async function firstOf<Found>(read: (backend: StorageBackend) => Promise<Found | null>): Promise<Found | null> {
    try {
      const found = await read(primary);
      if (found !== null) return found;
    } catch (error) {
      if (isSyncError(error) && ownFaults.includes(error.code)) throw error;
      const found = await read(fallback).catch(() => null); // the primary's own error says more
      if (found === null) throw error;
      return found;
    }
    return read(fallback);
  }

  return {
    ...all,
    name: `${primary.name}|${fallback.name}`,
    capabilities: { ...primary.capabilities, range: canRange, signedUrl: signsBoth },

    async put(key, body, options = {}) {
      // Nobody puts into the fallback, so that looking first is enough there.
      if (options.ifAbsent && primary.capabilities.conditionalPut && (await fallback.head(key, given(options)))) throw objectExists(key);
      return all.put(key, body, options);
    },

    async get(key, options: GetOptions = {}) {
      if (options.range && !canRange) throw unsupported('range', 'this pair of places');
      const found = await firstOf((backend) => orNull(backend.get(key, options)));
      if (!found) throw missingObject(key);
      return found;
    },

    head: (key, options) => firstOf((backend) => backend.head(key, options)),

    async delete(key, options) {
      await fallback.delete(key, options);
      await all.delete(key, options);
    },

    list: (prefix, options) => merged(primary.list(prefix, options), fallback.list(prefix, options)),

    ...(signsBoth && {
      async signedUrl(key: string, options: { readonly expiresInSeconds: number }): Promise<string> {
        const place = await firstOf(async (backend) => ((await backend.head(key)) ? backend : null));
        return (place ?? primary).signedUrl?.(key, options) ?? Promise.reject(unsupported('signedUrl', 'this pair of places'));
      },
    }),
    ...(copy && {
      async copy(from: string, to: string, options: Signalled = {}): Promise<StoredObject> {
        const copied = await orNull(copy(from, to, options));
        if (copied) return copied;
        const { object, body } = await fallback.get(from, options);
        return all.put(to, body, { sizeBytes: object.sizeBytes, ...(object.contentType === undefined ? {} : { contentType: object.contentType }), ...given(options) });
      },
    }),
    async close() {
      await Promise.all([primary.close?.(), fallback.close?.()]);
    },
  };
}

function given({ signal }: Signalled): Signalled {
  return signal ? { signal } : {};
}

async function orNull<Found>(work: Promise<Found>): Promise<Found | null> {
  try {
    return await work;
  } catch (error) {
    if (isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING') return null;
    throw error;
  }
}

/** Two lists in order of their keys as one; of a key in both, the first's object. */
async function* merged(first: AsyncIterable<StoredObject>, second: AsyncIterable<StoredObject>): AsyncGenerator<StoredObject> {
  const [a, b] = [first[Symbol.asyncIterator](), second[Symbol.asyncIterator]()];
  try {
    let [left, right] = await Promise.all([a.next(), b.next()]);
    while (!left.done || !right.done) {
      const order = left.done ? 1 : right.done ? -1 : compareKeys(left.value.key, right.value.key);
      if (order <= 0) {
        yield left.value;
        left = await a.next();
      } else yield right.value;
      if (order >= 0) right = await b.next();
    }
  } finally {
    await Promise.all([a.return?.(), b.return?.()]);
  }
}
