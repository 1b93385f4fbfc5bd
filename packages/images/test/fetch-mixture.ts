import { setTimeout as sleep } from 'node:timers/promises';
import { isSyncError } from '@1688/core';
import { faults, hostileServer, openDescriptors } from '@1688/hostile-server';
import { fetcherFor } from './fault-fixture.ts';

export interface Mixture {
  readonly seed: number;
  /** How often each end came: `ok`, or a code. */
  readonly ends: Readonly<Record<string, number>>;
  /** Addresses that ended more or less than once. */
  readonly unclear: number;
  /** Most at one time, of both sides together. */
  readonly descriptors: number;
  /** Descriptors that were open before the first and after the last. */
  readonly before: number;
  readonly after: number;
}

/** Fetches `count` addresses, a hundred a host, three in ten of them hostile, 64 at once. */
export async function fetchMixture({ count, seed }: { readonly count: number; readonly seed: number }): Promise<Mixture> {
  const random = seeded(seed);
  const behaviours = faults({ picture: Buffer.alloc(2_000, 7), elsewhere: 'http://127.0.0.1:9' });
  const hostile = Object.keys(behaviours).filter((path) => /^\/F\d/.test(path));
  await using server = await hostileServer(behaviours);
  const before = openDescriptors();
  const ends: Record<string, number> = {};
  const seen = new Map<string, number>();
  let descriptors = 0;
  {
    await using fetcher = fetcherFor(server.port, { timeoutMs: 150, attempts: 2, resolve: async () => ['127.0.0.1'] });
    const urls = Array.from({ length: count }, (_, n) => {
      const path = random() < 0.3 ? hostile[Math.floor(random() * hostile.length)] : '/ok';
      return `http://h${n % Math.ceil(count / 100)}.example:${server.port}${path}?${n}`;
    });
    const fetchNext = async (): Promise<void> => {
      for (let url = urls.pop(); url !== undefined; url = urls.pop()) {
        const end = await fetcher.fetch(url).then(() => 'ok', (error: unknown) => (isSyncError(error) ? error.code : String(error)));
        ends[end] = (ends[end] ?? 0) + 1;
        seen.set(url, (seen.get(url) ?? 0) + 1);
        descriptors = Math.max(descriptors, openDescriptors());
      }
    };
    await Promise.all(Array.from({ length: 64 }, fetchNext));
  }
  for (let n = 0; n < 100 && openDescriptors() > before; n += 1) await sleep(10);
  return { seed, ends, unclear: count - seen.size + [...seen.values()].filter((times) => times !== 1).length, descriptors, before, after: openDescriptors() };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
