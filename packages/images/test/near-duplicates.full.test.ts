import { expect, test } from 'vitest';
import { hashDistance, hashIndex } from '../src/index.ts';
import { random } from './mutations.ts';
import { describeAccuracy, measureAccuracy } from './near-duplicates.ts';

test('precision and recall over 1,000 pictures and 4,000 copies', { timeout: 600_000 }, async () => {
  const measured = await measureAccuracy(1_000, [2, 4, 6, 8, 10]);
  process.stdout.write(`${describeAccuracy(1_000, measured)}\n`);

  expect(measured.find(({ distance }) => distance === 6)?.recall).toBeGreaterThan(0.9);
});

test('a search among 200,000 hashes finds what comparing with each finds, and is faster', { timeout: 120_000 }, async () => {
  const next = random(7);
  const hash = (): string => Array.from({ length: 16 }, () => Math.floor(next() * 16).toString(16)).join('');
  const list = Array.from({ length: 200_000 }, hash);
  const before = process.memoryUsage();
  const index = hashIndex({ maxDistance: 11 });
  list.forEach((each, n) => index.add(String(n), each));
  const after = process.memoryUsage();
  const wanted = list.slice(0, 50);

  const startedAt = performance.now();
  const found = wanted.map((each) => index.search(each, 11).map(({ id }) => Number(id)));
  const searchedAt = performance.now();
  const compared = wanted.map((each) => list.flatMap((other, n) => (hashDistance(each, other) <= 11 ? [n] : [])));
  const comparedAt = performance.now();

  process.stdout.write(`200,000 hashes: search ${((searchedAt - startedAt) / 50).toFixed(2)} ms, comparing with each ${((comparedAt - searchedAt) / 50).toFixed(2)} ms; ${((after.arrayBuffers - before.arrayBuffers) / 200_000).toFixed(0)} bytes a hash outside the heap\n`);
  expect(found.map((ids) => ids.toSorted((a, b) => a - b))).toEqual(compared);
  expect(searchedAt - startedAt).toBeLessThan((comparedAt - searchedAt) / 2);
});
