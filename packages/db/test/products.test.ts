import { aProduct, aSupplier, testDatabase } from '@1688/vitest';
import { unitPrice } from '@1688/core';
import { expect, test } from 'vitest';
import { changes, priceTiers, productImages, products, skus, suppliers, transaction, type Connection } from '../src/index.ts';
import { collected } from './fixtures/collected.ts';

async function feed(db: Connection, since = 0n) {
  return collected(changes(db).list({ since }));
}

test('a product comes back as it was told, with everything that belongs to it', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const told = aProduct({ supplier: aSupplier({ sourceId: 'b2b-1' }), rating: 4.5, mixedBatch: false, soldQuantity: 0, createdAtSource: new Date('2026-01-02T03:04:05Z') });

  const stored = await products(db).upsert(told);

  const { supplier, skus: toldSkus, images, ...fields } = told;
  expect(stored).toMatchObject(fields);
  expect(stored.supplier).toMatchObject(supplier ?? {});
  expect(stored.skus).toMatchObject(toldSkus ?? []);
  expect(stored.images.map(({ url, role }) => ({ url, role }))).toEqual(images);
  expect(await products(db).find(told.offerId)).toEqual(stored);
  expect(unitPrice(stored, { quantity: 120 })).toBe('31.50');
});

test('a field that is not told stays, null empties it, zero is a number', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await products(db).upsert({ offerId: '1', title: '裙', subtitle: '新款', stockQuantity: 5, soldQuantity: 7, priceTiers: [{ minQuantity: 1, priceCny: '9.90' }] });

  const stored = await products(db).upsert({ offerId: '1', title: '裙', subtitle: null, stockQuantity: 0 });

  expect(stored).toMatchObject({ subtitle: null, stockQuantity: 0, soldQuantity: 7, priceTiers: [{ minQuantity: 1, priceCny: '9.90' }] });
});

test('a list that is told replaces the stored one, an empty one clears it', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const first = await products(db).upsert(aProduct({ offerId: '1' }));
  const [kept] = first.skus;

  const stored = await products(db).upsert({ offerId: '1', title: '裙', skus: [{ skuId: kept?.skuId ?? '', priceCny: '1', priceTiers: [{ minQuantity: 3, priceCny: '0.9' }] }], priceTiers: [], images: null });

  expect(stored.priceTiers).toEqual([]);
  expect(stored.images).toEqual([]);
  expect(stored.skus).toMatchObject([{ id: kept?.id, articleNumber: kept?.articleNumber, priceCny: '1.00', priceTiers: [{ minQuantity: 3, priceCny: '0.90' }] }]);
  expect(await priceTiers(db).list('1')).toEqual([]);
});

test('SKUs and pictures that come back are the same rows again', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const told = aProduct({ offerId: '1' });
  const first = await products(db).upsert(told);
  await products(db).upsert({ offerId: '1', title: told.title, skus: [], images: [] });

  const again = await products(db).upsert(told);

  expect(again.skus.map((sku) => sku.id)).toEqual(first.skus.map((sku) => sku.id));
  expect(again.images.map((image) => image.id)).toEqual(first.images.map((image) => image.id));
  expect(await skus(db).findOffers(first.skus[0]?.skuId ?? '')).toEqual(['1']);
});

test('what was stored already writes nothing, neither row nor feed', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const told = aProduct({ supplier: aSupplier() });
  const first = await products(db).upsert(told);
  const before = await feed(db);

  const second = await products(db).upsert(told);

  expect(second).toEqual(first);
  expect(await feed(db)).toEqual(before);
});

test('every write is in the feed, in the order of commit, with what changed', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const supplier = await suppliers(db).upsert({ sourceId: 's1', name: '示例供应商' });
  await products(db).upsert({ offerId: '1', title: '旧', priceMinCny: '5' });
  await products(db).upsert({ offerId: '1', title: '新', priceMinCny: '5.0', supplierId: supplier.id });
  await products(db).remove('1');
  await products(db).restore('1');

  const entries = await feed(db);

  expect(entries.map(({ entity, kind, sourceId }) => `${entity} ${sourceId} ${kind}`)).toEqual(['supplier s1 created', 'product 1 created', 'product 1 updated', 'product 1 removed', 'product 1 restored']);
  expect(entries[2]?.fields).toEqual({ title: { before: '旧', after: '新' }, supplier: { before: null, after: 's1' } });
  expect(await changes(db).latest()).toBe(entries.at(-1)?.seq);
  expect(await feed(db, entries[3]?.seq)).toHaveLength(1);
});

test('the feed never shows a number before a smaller one that is still to come', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const seen: bigint[] = [];
  const writers = Promise.all(Array.from({ length: 20 }, (_, index) => transaction(db, async (trx) => {
    await products(trx).upsert({ offerId: `o${index}`, title: '裙' });
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
  })));

  for (const deadline = Date.now() + 10_000; seen.length < 20 && Date.now() < deadline;) {
    for (const { seq } of await feed(db, seen.at(-1))) seen.push(seq);
  }
  await writers;

  expect(seen).toHaveLength(20);
});

test('titles are found by their grams', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await products(db).upsert({ offerId: '1', title: '夏季雪纺连衣裙' });
  await products(db).upsert({ offerId: '1', title: '高腰瑜伽裤' });

  const find = (text: string) => db.knex.raw<{ rows: unknown[] }>(`select 1 from sync1688.products where title_grams @@ ?::tsquery`, [`'${text}'`]).then(({ rows }) => rows.length);

  expect([await find('瑜伽'), await find('连衣')]).toEqual([1, 0]);
});

test('a removed product is not found again until it is restored', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await products(db).upsert(aProduct({ offerId: '610947572360' }));

  const removed = await products(db).remove('610947572360', new Date('2026-01-02T03:04:05Z'));

  expect(removed).toBe(true);
  expect(await products(db).find('610947572360')).toBeNull();
  expect(await products(db).exists('610947572360')).toBe(false);
  expect(await products(db).findWithRemoved('610947572360')).toMatchObject({ deletedAt: new Date('2026-01-02T03:04:05Z') });
  expect([await products(db).remove('610947572360'), await products(db).restore('610947572360'), await products(db).restore('610947572360')]).toEqual([false, true, false]);
  expect(await products(db).exists('610947572360')).toBe(true);
});

test('a purged product leaves no row', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await products(db).upsert(aProduct({ offerId: '1', skus: [{ skuId: 's', priceTiers: [{ minQuantity: 1, priceCny: '1' }] }] }));

  const purged = await products(db).purge('1');

  expect([purged, await products(db).purge('1')]).toEqual([true, false]);
  for (const table of ['products', 'skus', 'price_tiers', 'product_images']) expect(await db.knex.withSchema(db.schema).table(table).select()).toEqual([]);
});

test('the sync status of many is set at once, with the time when they are completed', async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (const offerId of ['1', '2', '3']) await products(db).upsert({ offerId, title: '裙' });

  await products(db).setSyncStatus(['1', '2', 'unknown'], 'pending');
  const count = await products(db).setSyncStatus(['2', '3'], 'completed');

  expect(count).toBe(2);
  expect(await products(db).find('1')).toMatchObject({ syncStatus: 'pending', lastSyncedAt: null });
  expect(await products(db).find('2')).toMatchObject({ syncStatus: 'completed', lastSyncedAt: expect.any(Date) });
  expect(await products(db).count({ syncStatus: 'pending' })).toBe(1);
});

test.each(['id', 'updated', 'price', 'sold'] as const)('pages in the order %s show every product once, in both directions, while others come and go', async (order) => {
  await using database = await testDatabase();
  const { db } = database;
  for (let index = 0; index < 11; index += 1) {
    await products(db).upsert({ offerId: `o${index}`, title: '裙', ...(index % 3 === 0 ? {} : { priceMinCny: String(index % 4), soldQuantity: index % 2 }) });
  }

  for (const direction of ['asc', 'desc'] as const) {
    const seen: string[] = [];
    for (let cursor: string | null = null; ;) {
      const page = await products(db).page({ order, direction, limit: 2, cursor });
      seen.push(...page.items.map((each) => each.offerId));
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    const listed = await collected(products(db).list({ order, direction }), (each) => each.offerId);
    const rest = await collected(products(db).list({ order, direction, after: listed[4] ?? '' }), (each) => each.offerId);

    expect(new Set(seen).size).toBe(11);
    expect(seen).toEqual(listed);
    expect(rest).toEqual(listed.slice(5));
  }
});

test('filters can be combined', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const supplier = await suppliers(db).upsert(aSupplier());
  await products(db).upsert({ offerId: '1', title: '裙', supplierId: supplier.id, priceMinCny: '10', categoryId: 'c', rating: 4 });
  await products(db).upsert({ offerId: '2', title: '裙', supplierId: supplier.id, priceMinCny: '20', images: [{ url: 'https://cbu01.alicdn.com/img/ibank/a.jpg', role: 'main' }] });
  await products(db).upsert({ offerId: '3', title: '裙', priceMinCny: '10' });

  const list = (filter: object) => collected(products(db).list(filter), (each) => each.offerId);

  expect(await list({ supplierId: supplier.id, priceMaxCny: '15' })).toEqual(['1']);
  expect(await list({ hasImages: true })).toEqual(['2']);
  expect(await list({ categoryId: 'c', minRating: 3, delisted: false })).toEqual(['1']);
  expect(await list({ updatedSince: new Date(Date.now() + 60_000) })).toEqual([]);
  expect(await collected(products(db).list({ limit: 2 }))).toHaveLength(2);
  expect((await products(db).findMany(['3', 'unknown', '1'])).map((each) => each.offerId)).toEqual(['3', '1']);
});

test.each([['another order', 'updated'], ['nonsense', 'x'], ['a forged one', Buffer.from('["price","asc","1; drop table","1"]').toString('base64url')]])('a cursor of %s is refused', async (_, cursor) => {
  await using database = await testDatabase();
  const { db } = database;
  for (const offerId of ['1', '2']) await products(db).upsert({ offerId, title: '裙' });
  const other = (await products(db).page({ order: 'updated', limit: 1 })).nextCursor;

  await expect(products(db).page({ order: 'price', cursor: cursor === 'updated' ? other : cursor })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test.each([0, -1, 1.5, 1e9, Number.NaN])('a page of %s products is refused', async (limit) => {
  await using database = await testDatabase();

  await expect(products(database.db).page({ limit })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test('what cannot be stored is refused with the field, and nothing is kept of it', async () => {
  await using database = await testDatabase();
  const { db } = database;

  await expect(products(db).upsert({ offerId: '1', title: '' })).rejects.toMatchObject({ code: 'FIELD_MISSING', details: { field: 'title' } });
  await expect(products(db).upsert({ offerId: '1', title: '裙', priceMinCny: '-1' })).rejects.toMatchObject({ code: 'FIELD_INVALID' });
  await expect(products(db).upsert({ offerId: '1', title: '裙', images: [{ url: 'data:x', role: 'main' }] })).rejects.toMatchObject({ code: 'FIELD_INVALID' });
  await expect(products(db).upsert({ offerId: '1', title: '裙', supplierId: '999' })).rejects.toMatchObject({ code: 'DB_FOREIGN_KEY' });

  expect(await products(db).count()).toBe(0);
});

test('text that PostgreSQL cannot hold is mended', async () => {
  await using database = await testDatabase();

  const stored = await products(database.db).upsert({ offerId: '1', title: '连\u0000衣裙\ud83d👗', attributes: [{ name: '颜\u0000色', value: '红' }] });

  expect(stored).toMatchObject({ title: '连衣裙\ufffd👗', attributes: [{ name: '颜色', value: '红' }] });
});

test('ten who store the same new product at once make one', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const told = aProduct({ supplier: aSupplier({ sourceId: 'b2b-1' }) });

  const stored = await Promise.all(Array.from({ length: 10 }, () => products(db).upsert(told)));

  expect(new Set(stored.map((each) => each.id)).size).toBe(1);
  expect((await feed(db)).map((each) => each.kind)).toEqual(['created', 'created']);
});

test('a product with 2,000 SKUs is stored in one go', async () => {
  await using database = await testDatabase();
  const many = Array.from({ length: 2_000 }, (_, index) => ({ skuId: `s${index}`, priceCny: '1.5', priceTiers: [{ minQuantity: 1, priceCny: '1.5' }, { minQuantity: 9, priceCny: '1.4' }] }));

  const stored = await products(database.db).upsert({ offerId: '1', title: '裙', skus: many });

  expect(stored.skus).toHaveLength(2_000);
  expect(stored.skus[1_999]).toMatchObject({ skuId: 's1999', priceTiers: [{ minQuantity: 1, priceCny: '1.50' }, { minQuantity: 9, priceCny: '1.40' }] });
});

test('pictures are listed across offers, too', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await products(db).upsert(aProduct({ offerId: '1' }));
  await products(db).upsert(aProduct({ offerId: '2' }));

  expect(await collected(productImages(db).list(), (each) => `${each.offerId} ${each.role}`)).toEqual(['1 main', '1 gallery', '1 description', '2 main', '2 gallery', '2 description']);
  expect(await collected(productImages(db).list({ offerId: '2', state: 'pending', limit: 1 }))).toMatchObject([{ offerId: '2', role: 'main' }]);
});
