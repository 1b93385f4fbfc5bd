import { importProducts } from '@1688/catalog';
import { testDatabase } from '@1688/vitest';
import { test } from 'vitest';
import { expectHistory, offersOf, shuffled } from './history-offers.ts';
import { recordsOfVersions } from './versions.ts';

test.each([
  ['that all differ', { count: 6, least: 3, pool: 12 }, 40],
  ['of which some are told again', { count: 8, least: 4, pool: 2 }, 40],
])('the state of any date is what was observed then, for shuffled versions %s', async (_, options, count) => {
  await using database = await testDatabase();
  const offers = offersOf(count, options);

  await importProducts(database.db, recordsOfVersions(shuffled(offers.flatMap((offer) => offer.versions), 7)), { batchSize: 10 });

  await expectHistory(database.db, offers);
}, 120_000);

test('in the order in which they were observed it is the same', async () => {
  await using database = await testDatabase();
  const offers = offersOf(30, { count: 8, least: 4, pool: 3 });
  const rounds = Math.max(...offers.map((offer) => offer.versions.length));

  for (let round = 0; round < rounds; round += 1) await importProducts(database.db, recordsOfVersions(offers.flatMap((offer) => offer.versions.slice(round, round + 1))));

  await expectHistory(database.db, offers);
}, 120_000);

test('several writers at once leave the same history', async () => {
  await using database = await testDatabase();
  const offers = offersOf(40, { count: 20, least: 16, pool: 4, whole: true });
  const arrival = shuffled(offers.flatMap((offer) => offer.versions), 11);
  const writers = [0, 1, 2, 3];

  await Promise.all(writers.map((writer) =>
    importProducts(database.db, recordsOfVersions(arrival.filter((_, index) => index % writers.length === writer)), { scope: `writer ${writer}`, batchSize: 3 })));

  await expectHistory(database.db, offers);
}, 120_000);
