import { SyncError } from '@1688/core';
import { delegate } from './delegate.ts';
import { checkKey, checkPrefix } from './key.ts';
import type { StorageBackend, StoredObject } from './storage-backend.ts';

/**
 * A backend that sees only the keys below `prefix`, without it: several stores share one place.
 * @param prefix ends with a slash
 * @throws ARGUMENT_INVALID, STORAGE_KEY
 */
export function withPrefix(backend: StorageBackend, prefix: string): StorageBackend {
  if (!prefix.endsWith('/')) throw new SyncError('ARGUMENT_INVALID', `Expected a prefix that ends with "/", received ${JSON.stringify(prefix)}.`);
  checkPrefix(prefix);
  const all = delegate(backend);
  const { signedUrl, publicUrl, copy } = all;

  /** Checked before the prefix is set before it: `.tmp/x` is as forbidden here as at the root. */
  function whole(key: string): string {
    checkKey(key);
    return prefix + key;
  }
  const below = (object: StoredObject): StoredObject => ({ ...object, key: object.key.slice(prefix.length) });

  return {
    ...all,
    put: async (key, body, options) => below(await all.put(whole(key), body, options)),
    async get(key, options) {
      const { object, body } = await all.get(whole(key), options);
      return { object: below(object), body };
    },
    async head(key, options) {
      const object = await all.head(whole(key), options);
      return object && below(object);
    },
    delete: async (key, options) => all.delete(whole(key), options),
    async *list(begin, { after, ...options } = {}) {
      checkPrefix(begin);
      for await (const object of all.list(prefix + begin, { ...options, ...(after === undefined ? {} : { after: prefix + after }) })) yield below(object);
    },
    ...(signedUrl && { signedUrl: async (key: string, options: { readonly expiresInSeconds: number }) => signedUrl(whole(key), options) }),
    ...(publicUrl && { publicUrl: (key: string) => publicUrl(whole(key)) }),
    ...(copy && { copy: async (from: string, to: string, options?: { readonly signal?: AbortSignal }) => below(await copy(whole(from), whole(to), options)) }),
  };
}
