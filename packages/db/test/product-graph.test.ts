import { aProduct, aSupplier, testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { preparedQuery, products, transaction } from '../src/index.ts';

test('a product that is read in one statement is the same as one that is read table by table', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const whole = aProduct({
    offerId: '610947572360', supplier: aSupplier(), rating: 4.75, specifications: { 重量: 0.35, 箱: null }, consignPriceCny: '38.1234', mixedBatch: true, soldQuantity: 9_007_199_254_740_991,
    createdAtSource: new Date('2025-12-31T18:00:00.123Z'), description: '<p>"雪纺"\n\\</p>',
    skus: [{ skuId: '5705677000000000001', attributes: [{ name: '颜色', value: '红色', imageUrl: 'https://cbu01.alicdn.com/a.jpg' }], priceCny: '35.00', weightGrams: 0.1, priceTiers: [{ minQuantity: 3, priceCny: '30.5' }] }, { skuId: '2' }],
  });
  await products(db).upsert(whole);
  await products(db).upsert({ offerId: 'bare', title: '裸' });
  await products(db).upsert({ ...whole, skus: whole.skus?.slice(0, 1) ?? [] });

  for (const offerId of ['610947572360', 'bare']) {
    const [found, old] = await Promise.all([products(db).find(offerId), products(db).findWithRemoved(offerId)]);
    expect(found).toEqual(old);
  }
  expect(await products(db).find('nothing')).toBeNull();
  expect((await products(db).find('610947572360'))?.skus).toHaveLength(1);
  await products(db).remove('bare');
  expect(await products(db).find('bare')).toBeNull();
});

test('a statement that is planned once goes on where the connection forgot it, and in a transaction', async () => {
  await using database = await testDatabase({ poolMax: 1 });
  const { db } = database;
  const ask = (): Promise<{ answer: number }[]> => preparedQuery<{ answer: number }>(db, 'select $1::int as answer', [42]);

  const first = await ask();
  await db.knex.raw('deallocate all');
  const forgotten = await ask();
  const inside = await transaction(db, (trx) => preparedQuery<{ answer: number }>(trx, 'select $1::int as answer', [42]));

  expect([first, forgotten, inside]).toEqual([[{ answer: 42 }], [{ answer: 42 }], [{ answer: 42 }]]);
});
