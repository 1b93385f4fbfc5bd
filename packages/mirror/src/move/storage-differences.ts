import { compareKeys, type StorageBackend, type StoredObject } from '@1688/storage';

/** Keys whose object `to` lacks or holds in another size, and those changed at `from` after `since`; in order, without holding them all. */
export async function* differences(from: StorageBackend, to: StorageBackend, { since, signal }: { readonly since: Date; readonly signal?: AbortSignal }): AsyncGenerator<string> {
  const given = signal ? { signal } : {};
  const there = to.list('', given)[Symbol.asyncIterator]();
  try {
    let held = await there.next();
    for await (const object of from.list('', given)) {
      while (!held.done && compareKeys(held.value.key, object.key) < 0) held = await there.next();
      if (held.done || !isSame(held.value, object) || object.modifiedAt >= since) yield object.key;
    }
  } finally {
    await there.return?.();
  }
}

function isSame(held: StoredObject, object: StoredObject): boolean {
  return held.key === object.key && held.sizeBytes === object.sizeBytes;
}
