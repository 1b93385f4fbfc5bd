import { importProducts } from '@1688/catalog';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { expectHistory, offersOf, shuffled } from './history-offers.ts';
import { recordsOfVersions } from './versions.ts';

test.each([
  ['ten offers of five tellings', 10, { count: 110, least: 100, pool: 5, seed: 1 }],
  ['four offers of thirty tellings', 4, { count: 260, least: 250, pool: 30, seed: 2 }],
  ['a hundred offers whose tellings all differ', 100, { count: 12, least: 10, pool: 40, seed: 3 }],
])('a thousand versions and more by eight writers in random order: %s', async (_, count, options) => {
  await using database = await testDatabase();
  const offers = offersOf(count, { ...options });
  const arrival = shuffled(offers.flatMap((offer) => offer.versions), options.seed);
  const writers = [0, 1, 2, 3, 4, 5, 6, 7];

  await Promise.all(writers.map((writer) =>
    importProducts(database.db, recordsOfVersions(arrival.filter((__, index) => index % writers.length === writer)), { scope: `writer ${writer}`, batchSize: 5 })));

  expect(arrival.length).toBeGreaterThanOrEqual(1_000);
  await expectHistory(database.db, offers);
}, 180_000);
