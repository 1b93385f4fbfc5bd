import { decodeIds, encodeIds, exportRecords, importProducts, listProducts, productHistory, productsAsOf, statistics } from '@1688/catalog';
import { parseProduct } from '@1688/core';
import { aProduct, aSupplier, testDatabase } from '@1688/vitest';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collected, fingerprint, numberedProducts, recordsOf } from './records.ts';

test('sighting ids come back as they went in, rising', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n })), (ids) => {
    const rising = ids.toSorted((a, b) => (a < b ? -1 : 1)).map(String);

    expect(decodeIds(encodeIds(ids.map(String)))).toEqual(rising);
  }));
});

test('product lines of an export can be imported again, and give the same export', async () => {
  await using first = await testDatabase();
  await using second = await testDatabase();
  const whole = aProduct({ supplier: aSupplier(), specifications: { 重量: 1.5, 防水: true, 备注: null }, rating: 4.55, createdAtSource: new Date('2024-08-08T07:14:21Z') });
  await importProducts(first.db, recordsOf([whole, ...numberedProducts(40)]));

  const lines = (await collected(exportRecords(first.db, 'products', { sorted: true, portable: true }))).map((record) => JSON.parse(JSON.stringify(record), reviveTimes) as unknown);
  await importProducts(second.db, recordsOf(lines.map((line) => parseProduct(line))));

  expect(lines).toHaveLength(41);
  expect(await fingerprint(second.db)).toBe(await fingerprint(first.db));
});

test('an export that is not portable tells ids and times; a portable one does not', async () => {
  await using database = await testDatabase();
  await importProducts(database.db, recordsOf([aProduct()]));

  const [product] = await collected(exportRecords(database.db, 'products'));
  const [portable] = await collected(exportRecords(database.db, 'products', { portable: true }));

  expect(product).toMatchObject({ entity: 'product', id: '1', syncStatus: 'completed', createdAt: expect.any(Date) });
  expect(Object.keys(portable ?? {})).not.toContain('createdAt');
  await expect(collected(exportRecords(database.db, 'sync_records' as 'products'))).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test('statistics count products, suppliers, pictures and runs', async () => {
  await using database = await testDatabase();
  await importProducts(database.db, recordsOf([...numberedProducts(10), aProduct({ supplier: aSupplier(), sourceStatus: null })]));

  const figures = await statistics(database.db);

  expect(figures.products).toMatchObject({ total: 11, byStatus: { published: 10, '': 1 }, bySyncStatus: { completed: 11 }, skus: 22, price: { min: '31.50', average: '31.50' } });
  expect(figures.products.byCategory[0]).toMatchObject({ categoryId: '1031910', count: 3 });
  expect(figures.suppliers).toMatchObject({ total: 11, byProvince: { 浙江: 1, '': 10 }, byType: { 生产厂家: 1, '': 10 } });
  expect(figures.images).toMatchObject({ total: 13, byState: { pending: 13 }, objects: 0, bytes: 0 });
  expect(figures.syncs).toMatchObject({ total: 1, byStatus: { completed: 1 }, byDay: [{ runs: 1, read: 11, created: 11 }], last: { kind: 'import' } });
});

test('statistics of an empty store are zeros', async () => {
  await using database = await testDatabase();

  const figures = await statistics(database.db);

  expect(figures.products).toMatchObject({ total: 0, price: { min: null, max: null, average: null } });
  expect(figures.syncs).toMatchObject({ total: 0, byDay: [], last: null });
});

test('ready-made lists are ordered and can be narrowed', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await importProducts(db, recordsOf([5, 9, 1].map((soldQuantity) => ({ offerId: `${soldQuantity}`, soldQuantity, rating: soldQuantity / 2, stockQuantity: soldQuantity === 9 ? 0 : 3 }))));
  const ids = async (options: Parameters<typeof listProducts>[1]) => (await collected(listProducts(db, options))).map((product) => product.offerId);

  expect(await ids({ list: 'hot', limit: 2 })).toEqual(['9', '5']);
  expect(await ids({ list: 'high-rated' })).toEqual(['9']);
  expect(await ids({ list: 'available' })).toEqual(['1', '5']);
  expect(await ids({ list: 'failed-sync' })).toEqual([]);
});

test('the past of every product can be listed; an unknown offer has none', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await importProducts(db, recordsOf(numberedProducts(250)), { observedAt: new Date('2026-01-01') });
  await importProducts(db, recordsOf(numberedProducts(250, { priceCny: '20.00' })), { observedAt: new Date('2026-02-01') });

  const january = await collected(productsAsOf(db, new Date('2026-01-15')).list());
  const february = await collected(productsAsOf(db, new Date('2026-02-15')).list());

  expect(new Set(january.map((product) => product.priceMinCny))).toEqual(new Set(['31.50']));
  expect(new Set(february.map((product) => product.priceTiers.at(-1)?.priceCny))).toEqual(new Set(['20.00']));
  expect([january.length, february.length]).toEqual([250, 250]);
  await expect(productHistory(db, 'unknown')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

function reviveTimes(key: string, value: unknown): unknown {
  return typeof value === 'string' && key.endsWith('AtSource') ? new Date(value) : value;
}
