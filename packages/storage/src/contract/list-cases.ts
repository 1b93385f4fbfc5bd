import { strict as assert } from 'node:assert';
import type { ListOptions } from '../storage-backend.ts';
import { rejectsWith, type Place, type Trials } from './contract-case.ts';

/** In the order of their UTF-8 bytes; JavaScript would put 𠮷 before ｊ, and a walk through folders `b/c` before `b.txt`. */
const ordered = ['A', 'a', 'b!', 'b-', 'b.txt', 'b/c', 'b/d/e', 'b/d/f', 'b0', 'bb', 'c/c', 'é', '主图/1', '连衣裙', '\uff4a', '𠮷'];

async function keysOf({ backend, key }: Place, prefix: string, options: ListOptions = {}): Promise<string[]> {
  const own = key('');
  const keys: string[] = [];
  for await (const object of backend.list(own + prefix, options)) keys.push(object.key.slice(own.length));
  return keys;
}

async function fill({ backend, key }: Place, names: readonly string[]): Promise<void> {
  for (const name of names) await backend.put(key(name), name);
}

/** Promises of `list`. */
export const listTrials: Trials = {
  async 'a list gives every object once, in UTF-8 byte order'(place) {
    await fill(place, ordered.toReversed());
    assert.deepEqual(await keysOf(place, ''), ordered);
  },
  async 'a list tells the facts of each object'(place) {
    await fill(place, ['one', 'three']);
    for await (const object of place.backend.list(place.key(''))) {
      const name = object.key.slice(place.key('').length);
      assert.equal(object.sizeBytes, name.length);
      assert.ok(object.modifiedAt instanceof Date && !Number.isNaN(object.modifiedAt.getTime()));
      assert.equal(object.etag, (await place.backend.head(object.key))?.etag);
    }
  },
  async 'a prefix may end anywhere in a key'(place) {
    await fill(place, ordered);
    for (const prefix of ['b', 'b/', 'b/d', 'b/d/', 'b/d/e', 'c', '主', '主图/', 'z', 'b/d/e/', 'none/below']) {
      assert.deepEqual(await keysOf(place, prefix), ordered.filter((name) => name.startsWith(prefix)), prefix);
    }
  },
  async 'a prefix that cannot begin a key is refused'({ backend }) {
    for (const prefix of ['../', '/', 'a//', 'a/../b']) {
      await rejectsWith('STORAGE_KEY', async () => { for await (const _ of backend.list(prefix)); }, `list ${prefix}`);
    }
  },
  async 'after gives only greater keys, also below a prefix'(place) {
    await fill(place, ordered);
    for (const after of [...ordered, '', 'b', 'b/', 'b/d', 'b/d/', 'b/zz', 'B', 'zzz']) {
      const greater = ordered.filter((name) => Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0);
      assert.deepEqual(await keysOf(place, '', { after: place.key(after) }), greater, after);
      assert.deepEqual(await keysOf(place, 'b', { after: place.key(after) }), greater.filter((name) => name.startsWith('b')), `b after ${after}`);
    }
  },
  async 'a list of nothing is empty'(place) {
    assert.deepEqual(await keysOf(place, ''), []);
  },
  async 'a list of many objects is whole and may be broken off'(place) {
    const names = Array.from({ length: 120 }, (_, n) => `${n % 4}/${String(n).padStart(4, '0')}`).toSorted();
    for (let at = 0; at < names.length; at += 12) await Promise.all(names.slice(at, at + 12).map((name) => fill(place, [name])));
    assert.deepEqual(await keysOf(place, ''), names);
    for await (const { key } of place.backend.list(place.key(''))) {
      assert.equal(key, place.key('0/0000'));
      break;
    }
  },
  async 'objects deleted while they are listed do not hide others'(place) {
    const names = Array.from({ length: 40 }, (_, n) => `d${n % 3}/${String(n).padStart(2, '0')}`).toSorted();
    await fill(place, names);
    const seen: string[] = [];
    for await (const { key } of place.backend.list(place.key(''))) {
      seen.push(key.slice(place.key('').length));
      await place.backend.delete(key);
    }
    assert.deepEqual(seen, names);
    assert.deepEqual(await keysOf(place, ''), []);
  },
};
