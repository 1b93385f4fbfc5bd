import { aProduct, aSupplier, testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { productImages, products, suppliers } from '../src/index.ts';

test('a supplier is summed up over the products that are not removed', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const { id } = await suppliers(db).upsert(aSupplier({ sourceId: 's1', name: '义乌市佳美日用百货厂' }));
  const given = { supplier: undefined, supplierId: id, rating: 4, images: [{ url: 'https://cbu01.alicdn.com/a.jpg', role: 'main' as const }] };
  for (const [offerId, priceMinCny] of [['p1', '10.00'], ['p2', '30.00'], ['p3', '99.00']] as const) await products(db).upsert({ ...aProduct({ offerId }), ...given, priceMinCny, soldQuantity: 7 });
  await products(db).remove('p3');

  const summary = await suppliers(db).summary('s1');

  expect(summary).toMatchObject({ name: '义乌市佳美日用百货厂', products: 2, delisted: 0, price: { min: '10.00', max: '30.00', average: '20.00' }, soldQuantity: 14, averageRating: 4, images: 2 });
  expect(await suppliers(db).summary('unknown')).toBeNull();
});

test('the pictures of a product are summed up by state and role', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const url = 'https://cbu01.alicdn.com/img/ibank/a.jpg';
  await products(db).upsert({ ...aProduct({ offerId: 'p1' }), images: [{ url, role: 'main' }, { url, role: 'gallery' }, { url: 'https://cbu01.alicdn.com/img/ibank/b.jpg', role: 'gallery' }] });
  const [claim] = await productImages(db).claim({ limit: 1 });
  await productImages(db).stored(claim!.canonicalUrl, { sha256: 'a'.repeat(64), key: 'sha256/aa', sizeBytes: 1_000, widthPx: 10, heightPx: 10, format: 'jpeg' });

  const summary = await productImages(db).summary('p1');

  expect(summary).toEqual({ offerId: 'p1', total: 3, byState: { pending: 1, stored: 2, failed: 0, gone: 0 }, byRole: { main: 1, gallery: 2, sku: 0, description: 0 }, objects: 1, bytes: 1_000 });
  expect(await productImages(db).summary('unknown')).toBeNull();
});
