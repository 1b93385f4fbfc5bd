import { SyncError } from '@1688/core';
import { delegate } from './delegate.ts';
import type { GetOptions, ListOptions, PutOptions, StorageBackend, StorageBody } from './storage-backend.ts';

export interface FaultOptions {
  /** The same seed and the same calls give the same faults. Default 1. */
  readonly seed?: number;
  /** Share of steps that fail, 0 to 1. Default 0.1. */
  readonly rate?: number;
  /** Also fail after a put, copy or delete has taken effect, as a lost answer does. Default false. */
  readonly lostAnswers?: boolean;
}

/** For tests: fails now and then with a retryable STORAGE_IO: before a call, between two chunks of a body, within a listing. */
export function withFaults(backend: StorageBackend, { seed = 1, rate = 0.1, lostAnswers = false }: FaultOptions = {}): StorageBackend {
  const all = delegate(backend);
  const { copy } = all;
  const random = randomFrom(seed);

  function mayFail(step: string): void {
    if (random() < rate) throw new SyncError('STORAGE_IO', `An injected fault: ${step}.`, { retryable: true });
  }
  async function around<T>(step: string, work: () => Promise<T>): Promise<T> {
    mayFail(`before ${step}`);
    const result = await work();
    if (lostAnswers) mayFail(`after ${step}`);
    return result;
  }
  async function* between<T>(step: string, items: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const item of items) {
      mayFail(step);
      yield item;
    }
  }

  return {
    ...all,
    put: (key: string, body: StorageBody, options?: PutOptions) => around('a put', () => all.put(key, body, options)),
    async get(key: string, options?: GetOptions) {
      mayFail('before a get');
      const { object, body } = await all.get(key, options);
      return { object, body: between('within a body', body) };
    },
    async head(key, options) {
      mayFail('before a head');
      return all.head(key, options);
    },
    delete: (key, options) => around('a delete', () => all.delete(key, options)),
    list: (prefix: string, options?: ListOptions) => between('within a listing', all.list(prefix, options)),
    ...(copy && { copy: (from: string, to: string, options?: { readonly signal?: AbortSignal }) => around('a copy', () => copy(from, to, options)) }),
  };
}

/** Evenly spread numbers from 0 to 1, the same for the same seed (a 32-bit mixing counter). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
