import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { delistedOf, killedRound, pages, undisturbedRound, type Kill } from './killed-scans.ts';

test('a full scan killed at every page, and at many moments of its judgement, ends as one that nobody killed', async () => {
  await using database = await testDatabase();
  const { db, url } = database;
  const expected = await undisturbedRound(db, 0);
  const atPages = Array.from({ length: pages + 1 }, (_, index) => [true, false].map((resume): Kill => ({ page: index + 1, resume }))).flat();
  const atTheEnd = Array.from({ length: 20 }, (_, index): Kill => ({ page: pages + 1, later: index * 8, resume: index % 2 === 0 }));

  const kills = [...atPages, ...atTheEnd];
  let done = 0;
  for (const [index, kill] of kills.entries()) if (await killedRound(db, url, index + 1, kill)) done += 1;

  for (const index of kills.keys()) expect([index, ...(await delistedOf(db, index + 1))]).toEqual([index, ...expected]);
  process.stdout.write(`${kills.length} scans killed, ${done} of them had just ended\n`);
  expect(done).toBeLessThan(kills.length);
}, 300_000);
