import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { all } from '../test/all.ts';
import { collectBytes, text } from './body.ts';
import { memoryBackend } from './memory-backend.ts';
import type { StorageBackend } from './storage-backend.ts';
import { storageContract } from './storage-contract.ts';
import { withLimit } from './with-limit.ts';
import { withRetry } from './with-retry.ts';

const never = (): Promise<never> => new Promise(() => {});
const fails = (work: () => Promise<unknown>): Promise<string> => work().then(() => 'done', (error: { code?: string; retryable?: boolean }) => `${error.code} ${error.retryable}`);

async function* endless(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('be');
  await never();
}

describe('withLimit', () => {
  for (const { name, run } of storageContract(withLimit(memoryBackend(), { concurrency: 2, timeoutMs: 5_000 }))) test(name, run);

  test('asks no more than so much at once', async () => {
    let [now, most] = [0, 0];
    const place = memoryBackend();
    const counting: StorageBackend = { ...place, async head(key, options) {
      most = Math.max(most, (now += 1));
      await sleep(2);
      now -= 1;
      return place.head(key, options);
    } };
    const backend = withLimit(counting, { concurrency: 3 });

    await Promise.all(Array.from({ length: 20 }, (_, n) => backend.head(`a${n}`)));

    expect(most).toBe(3);
  });

  test('never waits for itself: bodies of one place are put into the same place, and two are read together', { timeout: 180_000 }, async () => {
    const backend = withLimit(memoryBackend(), { concurrency: 1 });
    await Promise.all(['a', 'b'].map((key) => backend.put(key, key.repeat(200_000))));

    await Promise.all(['a', 'b'].map(async (key) => backend.put(`${key}2`, (await backend.get(key)).body)));
    const [a, b] = [(await backend.get('a2')).body[Symbol.asyncIterator](), (await backend.get('b2')).body[Symbol.asyncIterator]()];
    const pieces = [await a.next(), await b.next(), await a.next()];

    expect(pieces.map(({ value }) => String.fromCharCode(value?.[0]))).toEqual(['a', 'b', 'a']);
  });

  test('whoever waits for a turn may give up', async () => {
    const backend = withLimit({ ...memoryBackend(), head: never }, { concurrency: 1 });
    void backend.head('a').catch(() => {});
    const giveUp = new AbortController();
    const waiting = fails(() => backend.head('b', { signal: giveUp.signal }));
    giveUp.abort();

    expect(await waiting).toBe('ABORTED true');
    expect(await fails(() => backend.head('b', { signal: giveUp.signal }))).toBe('ABORTED true');
  });

  test.each([{ concurrency: 0 }, { concurrency: 1.5 }, { timeoutMs: 0 }, { timeoutMs: Number.NaN }])('%j is no limit', (options) => {
    expect(() => withLimit(memoryBackend(), options)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});

describe('a driver that breaks the port, behind withLimit (S16, S18)', () => {
  /** @returns a place with one object, `a`, and what one damaged method makes of it. */
  async function behind(damage: (sound: StorageBackend) => Partial<StorageBackend>): Promise<StorageBackend> {
    const sound = memoryBackend();
    await sound.put('a', 'body of a');
    return withLimit({ ...sound, ...damage(sound) }, { timeoutMs: 40 });
  }

  test('and hangs in any method is left behind with STORAGE_TIMEOUT, and the place stays usable', async () => {
    const hanging: Partial<StorageBackend> = { put: never, get: never, head: never, delete: never, copy: never, list: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }) };
    const backend = await behind(() => hanging);
    const calls = [() => backend.put('a', ''), () => backend.get('a'), () => backend.head('a'), () => backend.delete('a'), () => backend.copy?.('a', 'b') ?? never(), () => all(backend.list(''))];

    for (let turn = 0; turn < 4; turn += 1) for (const result of await Promise.all(calls.map(fails))) expect(result).toBe('STORAGE_TIMEOUT true');
  });

  test('and hangs within a body is left behind with STORAGE_TIMEOUT', async () => {
    const backend = await behind((sound) => ({ get: async (key) => ({ ...(await sound.get(key)), body: endless() }) }));

    expect(await fails(async () => collectBytes((await backend.get('a')).body))).toBe('STORAGE_TIMEOUT true');
  });

  test('and ignores a signal is left behind at once', async () => {
    const backend = withLimit({ ...memoryBackend(), put: never, head: never, delete: never });
    for (const call of [(signal: AbortSignal) => backend.put('a', '', { signal }), (signal: AbortSignal) => backend.head('a', { signal }), (signal: AbortSignal) => backend.delete('a', { signal })]) {
      const caller = new AbortController();
      const working = fails(() => call(caller.signal));
      setTimeout(() => caller.abort(), 5);

      expect(await working).toBe('ABORTED true');
    }
  });

  test('hears that nobody waits any longer', async () => {
    const heard: unknown[] = [];
    const backend = await behind(() => ({ head: (_key, options) => new Promise((_, reject) => { options?.signal?.addEventListener('abort', () => { heard.push('head'); reject(new Error('late')); }); }) }));

    expect(await fails(() => backend.head('a'))).toBe('STORAGE_TIMEOUT true');
    expect(heard).toEqual(['head']);
  });

  test.each([
    ['throws a string', () => ({ head: async () => { throw 'no such thing'; } })],
    ['throws at once', () => ({ head: () => { throw new TypeError('x is not a function'); } })],
    ['throws nothing at all', () => ({ head: () => Promise.reject(undefined) })],
    ['forgets to answer', () => ({ head: async () => undefined as never })],
    ['tells of another object', (sound: StorageBackend) => ({ head: async () => sound.put('b', '') })],
    ['tells a date as text', (sound: StorageBackend) => ({ head: async (key: string) => ({ ...(await sound.head(key)), modifiedAt: '2026-01-01' }) as never })],
  ])('and %s gives STORAGE_DRIVER', async (_name, damage) => {
    const backend = await behind(damage);

    expect(await fails(() => backend.head('a'))).toBe('STORAGE_DRIVER false');
  });

  test('and gives fewer or more bytes than it told, or no bytes, gives STORAGE_DRIVER', async () => {
    const reading = async (...chunks: readonly unknown[]): Promise<string> => {
      const backend = await behind((sound) => ({ get: async (key) => ({ ...(await sound.get(key)), body: (async function* () { yield* chunks as Uint8Array[]; })() }) }));
      return fails(async () => collectBytes((await backend.get('a')).body));
    };

    expect(await reading(Buffer.from('body'))).toBe('STORAGE_DRIVER true');
    expect(await reading(Buffer.from('body of abc'))).toBe('STORAGE_DRIVER false');
    expect(await reading('body of a')).toBe('STORAGE_DRIVER false');
    expect(await reading(Buffer.from('body of a'))).toBe('done');
  });

  test('and cuts a body once is made up for by withRetry', async () => {
    let reads = 0;
    const limited = await behind((sound) => ({ async get(key, options) {
      const found = await sound.get(key, options);
      return (reads += 1) > 1 ? found : { ...found, body: (async function* () { yield Buffer.from('body'); })() };
    } }));

    expect(await text((await withRetry(limited, { delayMs: 0 }).get('a')).body)).toBe('body of a');
  });

  test('and lists out of order, twice or under another prefix gives STORAGE_DRIVER', async () => {
    const listing = async (keys: readonly string[]): Promise<string> => {
      const backend = await behind((sound) => ({ async *list() { for (const key of keys) yield await sound.put(key, ''); } }));
      return fails(() => all(backend.list('p/')));
    };

    expect(await listing(['p/b', 'p/a'])).toBe('STORAGE_DRIVER false');
    expect(await listing(['p/a', 'p/a'])).toBe('STORAGE_DRIVER false');
    expect(await listing(['p/a', 'q'])).toBe('STORAGE_DRIVER false');
    expect(await listing(['p/a', 'p/b'])).toBe('done');
  });
});

describe('a put behind withLimit', () => {
  test('may wait for its own body as long as it takes', async () => {
    async function* slow(): AsyncGenerator<Uint8Array> {
      for (const piece of ['slow', ' body']) {
        await sleep(60);
        yield Buffer.from(piece);
      }
    }

    expect(await withLimit(memoryBackend(), { timeoutMs: 30 }).put('a', slow())).toMatchObject({ sizeBytes: 9 });
  });

  test('passes on what the body throws, also through a driver that hides it', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw 'the body itself';
    }
    const place = memoryBackend();
    const hiding: StorageBackend = { ...place, put: (...all) => place.put(...all).catch(() => { throw new Error('upload failed'); }) };

    await expect(withLimit(hiding).put('a', broken())).rejects.toBe('the body itself');
  });
});
