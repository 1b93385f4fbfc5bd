import { importProducts, productHistory } from '@1688/catalog';
import { products } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { recordsOf, valueOf } from './records.ts';

const offerId = '610947572360';
const lastYear = new Date(Date.now() - 365 * 86_400_000);
const yesterday = new Date(Date.now() - 86_400_000);

test('what a caller stores becomes history as in an import, and older records that come later do not undo it', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await importProducts(db, recordsOf([{ offerId, priceMinCny: '5.00', unit: '件', skus: [{ skuId: 'a', priceCny: '5.00' }, { skuId: 'b', priceCny: '6.00' }] }]), { observedAt: lastYear });
  await products(db).upsert({ offerId, title: '真丝围巾', priceMinCny: '4.00', skus: [{ skuId: 'a', priceCny: '4.00' }] });

  await importProducts(db, recordsOf([{ offerId, title: '围巾', priceMinCny: '6.00', unit: '条', skus: [{ skuId: 'a', priceCny: '6.00', stockQuantity: 3 }, { skuId: 'b' }] }]), { observedAt: yesterday });

  expect(await products(db).find(offerId)).toMatchObject({ title: '真丝围巾', priceMinCny: '4.00', unit: '条', skus: [{ skuId: 'a', priceCny: '4.00', stockQuantity: 3 }] });
  const { points } = await productHistory(db, offerId, { field: 'price', skuId: 'a' });
  expect(points.map(({ value }) => value)).toEqual(['5.00', '6.00', '4.00']);
});

test('SKUs of one document store no times of their own, one that a message moved alone does', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const own = () => valueOf(db, 'select count(told_times)::integer from sync1688.skus');
  const skus = ['a', 'b', 'c'].map((skuId) => ({ skuId, priceCny: '5.00' }));
  await importProducts(db, recordsOf([{ offerId, skus }]), { observedAt: lastYear });
  expect([await own(), await valueOf(db, 'select length(told_times) from sync1688.products')]).toEqual([0, 14]);

  await importProducts(db, recordsOf([{ offerId, skus: [{ skuId: 'b', priceCny: '4.00' }] }], { kind: 'message' }), { observedAt: yesterday });
  expect(await own()).toBe(1);
  await importProducts(db, recordsOf([{ offerId, skus: skus.map((sku) => ({ ...sku, priceCny: '3.00' })) }]));

  expect(await own()).toBe(0);
});
