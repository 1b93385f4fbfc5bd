import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { delistedOf, killedRound, pages, undisturbedRound } from './killed-scans.ts';

test('a full scan that is killed on its way and goes on, or starts again, delists what one that nobody killed does', async () => {
  await using database = await testDatabase();
  const { db, url } = database;
  const expected = await undisturbedRound(db, 0);

  await killedRound(db, url, 1, { page: 2, resume: true });
  await killedRound(db, url, 2, { page: 4, resume: false });
  await killedRound(db, url, 3, { page: pages + 1, resume: true });

  expect(expected).toEqual(['50: 1', '51: 1', '52: 1', '53: 1']);
  for (const round of [1, 2, 3]) expect(await delistedOf(db, round)).toEqual(expected);
}, 120_000);
