import { checkRebuild, importProducts } from '@1688/catalog';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { expectHistory, offersOf, shuffled } from './history-offers.ts';
import { testMapper } from './stored-mapper.ts';
import { momentOf, recordsOfVersions, type Version } from './versions.ts';

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
  const offers = offersOf(40, { count: 20, least: 16, pool: 4 });
  const arrival = shuffled(offers.flatMap((offer) => offer.versions), 11);
  const writers = [0, 1, 2, 3];

  await Promise.all(writers.map((writer) =>
    importProducts(database.db, recordsOfVersions(arrival.filter((_, index) => index % writers.length === writer)), { scope: `writer ${writer}`, batchSize: 3 })));

  await expectHistory(database.db, offers);
}, 120_000);

const offerId = '610947572360';
const versionAt = (hour: number, product: Partial<Version['product']>): Version => ({ kind: 'detail', observedAt: momentOf(hour), product: { offerId, title: '真丝围巾', ...product } });
const red = { title: '夏季雪纺连衣裙', skus: [{ skuId: '5011', priceCny: '31.50' }] };
const blue = { title: '冬季羽绒服', skus: [{ skuId: '5012', priceCny: '12.50' }] };

test.each<[string, Version[]]>([
  ['and one of its kind told less since', [versionAt(7, red), versionAt(6, {}), versionAt(1, {}), versionAt(10, red), versionAt(15, {}), versionAt(9, blue)]],
  ['twice, and its title was told otherwise since', [versionAt(7, red), versionAt(10, red), versionAt(12, red), versionAt(15, { title: '丝巾' }), versionAt(9, blue), versionAt(11, blue)]],
  ['and told only what history does not follow', [versionAt(7, red), versionAt(8, { subtitle: '显瘦' }), versionAt(10, { subtitle: '显瘦' }), versionAt(15, { subtitle: '保暖' }), versionAt(3, {}), versionAt(9, blue)]],
])('a document that was seen again %s keeps its place before one that comes late', async (_, arrival) => {
  await using database = await testDatabase();

  for (const version of arrival) await importProducts(database.db, recordsOfVersions([version]));

  await expectHistory(database.db, [{ offerId, versions: arrival.toSorted((a, b) => a.observedAt.getTime() - b.observedAt.getTime()) }]);
  expect((await checkRebuild(database.db, { mapper: testMapper() })).differences).toEqual([]);
});
