import { importProducts, lowestPrice, productHistory, productsAsOf, productSeries, supplierTrends } from '@1688/catalog';
import { historySince, pruneHistory, type Database } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { recordsOf } from './records.ts';

const offerId = '610947572360';
const supplier = { sourceId: 'b2b-1', name: '杭州云裳服饰', aliases: [] };
const day = (number: number): Date => new Date(Date.UTC(2026, 4, number));

interface Told {
  readonly priceMinCny: string;
  readonly stockQuantity: number;
  readonly skus: readonly { readonly skuId: string; readonly priceCny: string }[];
  readonly priceTiers: readonly { readonly minQuantity: number; readonly priceCny: string }[];
}

async function tell(db: Database, at: Date, told: Partial<Told>, offer = offerId): Promise<void> {
  await importProducts(db, recordsOf([{ offerId: offer, supplier, ...told } as never]), { observedAt: at });
}

/** 10 from the 1st, 8 from the 5th, 12 from the 10th; the last two come in the wrong order. A SKU is away from the 5th to the 10th. */
async function threePrices(db: Database): Promise<void> {
  const a = { skuId: 'a', priceCny: '10.00' };
  await tell(db, day(1), { priceMinCny: '10.00', stockQuantity: 5, skus: [a, { skuId: 'b', priceCny: '3.00' }], priceTiers: [{ minQuantity: 1, priceCny: '10.00' }, { minQuantity: 100, priceCny: '9.00' }] });
  await tell(db, day(10), { priceMinCny: '12.00', stockQuantity: 9, skus: [{ ...a, priceCny: '12.00' }, { skuId: 'b', priceCny: '4.00' }], priceTiers: [{ minQuantity: 1, priceCny: '12.00' }] });
  await tell(db, day(5), { priceMinCny: '8.00', stockQuantity: 0, skus: [{ ...a, priceCny: '8.00' }], priceTiers: [{ minQuantity: 1, priceCny: '8.00' }, { minQuantity: 100, priceCny: '7.50' }] });
}

test('the lowest price of the last days counts one that had begun before, and none of a SKU that was away', async () => {
  await using database = await testDatabase();
  await threePrices(database.db);

  const month = await lowestPrice(database.db, offerId, { days: 30, until: day(20) });
  const week = await lowestPrice(database.db, offerId, { days: 7, skuId: null, until: day(15) });
  const away = await lowestPrice(database.db, offerId, { days: 1, skuId: 'b', until: day(8) });

  expect(month.prices).toEqual([
    { skuId: null, lowestCny: '8.00', heldFrom: day(5), atEndCny: '12.00' },
    { skuId: 'a', lowestCny: '8.00', heldFrom: day(5), atEndCny: '12.00' },
    { skuId: 'b', lowestCny: '3.00', heldFrom: day(1), atEndCny: '4.00' },
  ]);
  expect(month.tiers).toEqual([
    { skuId: null, minQuantity: 1, lowestCny: '8.00', heldFrom: day(5), atEndCny: '12.00' },
    { skuId: null, minQuantity: 100, lowestCny: '7.50', heldFrom: day(5), atEndCny: null },
  ]);
  expect(week.prices).toEqual([{ skuId: null, lowestCny: '8.00', heldFrom: day(8), atEndCny: '12.00' }]);
  expect(away.prices).toEqual([]);
  await expect(lowestPrice(database.db, offerId, { skuId: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(lowestPrice(database.db, offerId, { days: 0 })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test('a series has a point for each change within its range, and keeps peaks where there are too many', async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (let number = 0; number < 40; number += 1) await tell(db, day(1 + number), { stockQuantity: number === 20 ? 999 : number % 2 });

  const few = await productSeries(db, offerId, { field: 'stock', since: day(3), until: day(5) });
  const thin = await productSeries(db, offerId, { field: 'stock', points: 6 });

  expect(few).toEqual({ of: 3, points: [3, 4, 5].map((number) => ({ at: day(number), value: (number - 1) % 2 })) });
  expect(thin.of).toBe(40);
  expect(thin.points.length).toBeLessThanOrEqual(6);
  expect(thin.points.map(({ value }) => value)).toContain(999);
  await expect(productSeries(db, offerId, { skuId: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('pages of a date follow one another without gaps, and leave out what was not known yet', async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (const number of [1, 2, 3, 4, 5]) await tell(db, day(number), { priceMinCny: '5.00' }, `${offerId}${number}`);
  const then = productsAsOf(db, day(4));

  const first = await then.page({ limit: 3 });
  const second = await then.page({ limit: 3, cursor: first.nextCursor });
  const listed: unknown[] = [];
  for await (const product of then.list()) listed.push(product);

  expect([...first.items, ...second.items].map((product) => product.offerId)).toEqual([1, 2, 3, 4].map((number) => `${offerId}${number}`));
  expect(second.nextCursor).toBeNull();
  expect(listed).toEqual([...first.items, ...second.items]);
  await expect(productsAsOf(db, day(3)).page({ cursor: first.nextCursor })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test('trends of a supplier count by the calendar of China', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await threePrices(db);
  await tell(db, day(6), { priceMinCny: '5.00', stockQuantity: 1 }, `${offerId}2`);

  const trends = await supplierTrends(db, 'b2b-1', { since: day(5), until: day(12), step: 'week' }); // the 4th and the 11th of May are Mondays

  expect(trends).toMatchObject([
    { name: '2026-05-04', products: 2, newProducts: 1, priceDrift: 0.1, stockOutShare: 0, delisted: 0, relisted: 0 },
    { name: '2026-05-11', products: 2, newProducts: 0, priceDrift: 0, stockOutShare: 0 },
  ]);
  expect(await supplierTrends(db, 'b2b-1', { since: day(7), until: day(7), step: 'day' })).toMatchObject([{ name: '2026-05-07', stockOutShare: 0.5 }]);
  await expect(supplierTrends(db, 'nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('history that was deleted is not answered, later dates are as before', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await threePrices(db);
  await tell(db, day(15), { priceMinCny: '11.00', stockQuantity: 9 });
  const before = await productsAsOf(db, day(12)).find(offerId);

  const planned = await pruneHistory(db, { before: day(11), dryRun: true });
  const kept = await historySince(db);
  const pruned = await pruneHistory(db, { before: day(11) });

  expect(kept).toBeNull();
  expect(pruned).toEqual(planned);
  expect(pruned.points).toBeGreaterThan(0);
  expect(await productsAsOf(db, day(12)).find(offerId)).toEqual(before);
  await expect(productsAsOf(db, day(10)).find(offerId)).rejects.toMatchObject({ code: 'HISTORY_PRUNED' });
  await expect(supplierTrends(db, 'b2b-1', { since: day(5), until: day(16) })).rejects.toMatchObject({ code: 'HISTORY_PRUNED' });
  expect((await productHistory(db, offerId, { field: 'price', skuId: null })).points).toMatchObject([{ observedAt: day(11), value: { priceMinCny: '12.00' } }, { observedAt: day(15), value: { priceMinCny: '11.00' } }]);
  await expect(pruneHistory(db, { before: new Date(Date.now() + 60_000) })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});
