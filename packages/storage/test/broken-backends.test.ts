import { SyncError } from '@1688/core';
import { describe, expect, test } from 'vitest';
import { collectBytes, memoryBackend, type PutOptions, type StorageBackend, type StorageBody, type StoredObject } from '../src/index.ts';
import { storageContract } from '../src/storage-contract.ts';
import { all } from './all.ts';

/** Backends as they are really written at first. Each must be caught by the contract. */
const broken: Readonly<Record<string, (sound: StorageBackend) => Partial<StorageBackend>>> = {
  'keeps the first object when it is put again': (sound) => ({
    put: async (key, body, options) => (await sound.head(key)) ?? sound.put(key, body, options),
  }),
  'stores what came before the body failed': (sound) => ({
    async put(key, body, options) {
      const chunks: Uint8Array[] = [];
      try {
        if (typeof body === 'string' || body instanceof Uint8Array) chunks.push(Buffer.from(body as string));
        else for await (const chunk of body) chunks.push(chunk);
      } catch (error) {
        await sound.put(key, Buffer.concat(chunks));
        throw error;
      }
      return sound.put(key, Buffer.concat(chunks), options);
    },
  }),
  'ignores the announced SHA-256': (sound) => ({ put: (key, body, options) => sound.put(key, body, without(options, 'sha256')) }),
  'ignores the announced size': (sound) => ({ put: (key, body, options) => sound.put(key, body, without(options, 'sizeBytes')) }),
  'ignores ifAbsent': (sound) => ({ put: (key, body, options) => sound.put(key, body, without(options, 'ifAbsent')) }),
  'looks before it puts with ifAbsent, and is too slow': (sound) => ({
    async put(key, body, options) {
      if (options?.ifAbsent && (await sound.head(key))) throw new SyncError('STORAGE_CONFLICT', 'there');
      return sound.put(key, body, without(options, 'ifAbsent'));
    },
  }),
  'ignores the signal of a put': (sound) => ({ put: (key, body, options) => sound.put(key, body, without(options, 'signal')) }),
  'shows a large object while it is written': (sound) => ({
    async put(key, body, options) {
      const bytes = await collectBytes(body);
      if (bytes.length > 100_000) await sound.put(key, bytes.subarray(0, 5));
      await new Promise((resolve) => { setImmediate(resolve); });
      return sound.put(key, bytes, options);
    },
  }),
  'reads an absent object as an empty one': (sound) => ({
    get: async (key, options) => ((await sound.head(key)) ? sound.get(key, options) : { object: fact(key), body: (async function* () {})() }),
  }),
  'finds folders': (sound) => ({
    async head(key, options) {
      const found = await sound.head(key, options);
      if (found) return found;
      for await (const object of sound.list(`${key}/`)) return { ...object, key };
      return null;
    },
  }),
  'reads a range without its last byte': (sound) => ({
    get: (key, options) => sound.get(key, options?.range?.end ? { ...options, range: { ...options.range, end: Math.max(options.range.start, options.range.end - 1) } } : options),
  }),
  'tells the size of the range': (sound) => ({
    async get(key, options) {
      const { object, body } = await sound.get(key, options);
      return { object: options?.range ? { ...object, sizeBytes: 1 } : object, body };
    },
  }),
  'fails to delete what is absent': (sound) => ({
    async delete(key, options) {
      if (!(await sound.head(key, options))) throw new SyncError('STORAGE_OBJECT_MISSING', 'absent');
      return sound.delete(key, options);
    },
  }),
  'deletes everything that begins with the key': (sound) => ({
    async delete(key, options) {
      await sound.delete(key, options);
      for await (const object of sound.list(key)) await sound.delete(object.key);
    },
  }),
  'lists in the order of JavaScript': (sound) => ({
    async *list(prefix, options) {
      yield* (await all(sound.list(prefix, options))).toSorted((a, b) => (a.key < b.key ? -1 : 1));
    },
  }),
  'lists folders before files': (sound) => ({
    async *list(prefix, options) {
      const rank = ({ key }: StoredObject): string => key.replaceAll('/', '\u0001');
      yield* (await all(sound.list(prefix, options))).toSorted((a, b) => Buffer.compare(Buffer.from(rank(a)), Buffer.from(rank(b))));
    },
  }),
  'takes a prefix for a folder': (sound) => ({
    async *list(prefix, options) {
      for await (const object of sound.list(prefix, options)) if (prefix === '' || prefix.endsWith('/') || object.key.startsWith(`${prefix}/`)) yield object;
    },
  }),
  'lists from after on, included': (sound) => ({
    async *list(prefix, { after, ...options } = {}) {
      for await (const object of sound.list(prefix, options)) if (after === undefined || object.key >= after) yield object;
    },
  }),
  'lists one page of a hundred': (sound) => ({
    async *list(prefix, options) {
      let count = 0;
      for await (const object of sound.list(prefix, options)) if ((count += 1) <= 100) yield object;
    },
  }),
  'lists the last of a page twice': (sound) => ({
    async *list(prefix, options) {
      let count = 0;
      for await (const object of sound.list(prefix, options)) {
        yield object;
        if ((count += 1) % 50 === 0) yield object;
      }
    },
  }),
  'decodes percent signs in keys': (sound) => renamed(sound, (key) => key.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))),
  'folds case': (sound) => renamed(sound, (key) => key.toLowerCase()),
  'checks no keys': (sound) => renamed(sound, (key) => Buffer.from(key).toString('hex') || 'empty'),
  'declares a copy that it lacks': (sound) => ({ capabilities: { ...sound.capabilities, signedUrl: true } }),
};

function without(options: PutOptions | undefined, name: keyof PutOptions): PutOptions {
  const { [name]: _left, ...rest } = options ?? {};
  return rest;
}

function fact(key: string): StoredObject {
  return { key, sizeBytes: 0, modifiedAt: new Date() };
}

function renamed(sound: StorageBackend, change: (key: string) => string): Partial<StorageBackend> {
  return {
    put: async (key: string, body: StorageBody, options?: PutOptions) => ({ ...(await sound.put(change(key), body, options)), key }),
    get: (key, options) => sound.get(change(key), options),
    head: (key, options) => sound.head(change(key), options),
    delete: (key, options) => sound.delete(change(key), options),
  };
}

describe('the contract catches a backend that', () => {
  for (const [name, damage] of Object.entries(broken)) {
    test(name, async () => {
      const sound = memoryBackend();

      const results = await Promise.allSettled(storageContract({ ...sound, ...damage(sound) }).map(({ run }) => run()));

      expect(results.some(({ status }) => status === 'rejected')).toBe(true);
    });
  }
});
