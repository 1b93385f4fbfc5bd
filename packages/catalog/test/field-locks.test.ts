import { changesSince, exportRecords, importProducts, lockField, lockedFields, productHistory, search, unlockFields } from '@1688/catalog';
import type { Product } from '@1688/core';
import { products, type Database, type StoredProduct } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { describe, expect, test } from 'vitest';
import { day } from './listing-scans.ts';
import { collected, recordsOf, valueOf } from './records.ts';

const offerId = '610947572360';

async function told(db: Database, number: number, product: Partial<Product>): Promise<StoredProduct> {
  await importProducts(db, recordsOf([{ offerId, ...product }]), { observedAt: day(number) });
  return (await products(db).find(offerId))!;
}

describe('a locked field', () => {
  test('survives every sync, while the others follow and the vault keeps what the source said', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 1, { title: '雪纺连衣裙', priceMinCny: '30', stockQuantity: 5 });

    await lockField(db, offerId, 'title', { value: 'Chiffon dress' });
    await lockField(db, offerId, 'priceMinCny');
    const synced = await told(db, 2, { title: '新款雪纺连衣裙', priceMinCny: '28', stockQuantity: 4 });
    const again = await importProducts(db, recordsOf([{ offerId, title: '新款雪纺连衣裙', priceMinCny: '28', stockQuantity: 4 }]), { observedAt: day(3) });

    expect(synced).toMatchObject({ title: 'Chiffon dress', priceMinCny: '30.00', stockQuantity: 4, lockedFields: ['priceMinCny', 'title'] });
    expect(again).toMatchObject({ unchanged: 1, updated: 0 });
    expect(await lockedFields(db, offerId)).toMatchObject([
      { field: 'priceMinCny', sourceValue: '28.00', differs: true }, { field: 'title', sourceValue: '新款雪纺连衣裙', differs: true },
    ]);
    expect(await valueOf<number>(db, 'select count(*)::integer from sync1688.payloads')).toBe(2);
    expect((await search(db, 'Chiffon')).items).toHaveLength(1);
    expect((await search(db, '雪纺连衣裙')).items).toHaveLength(0);
  });

  test('is no change when only its source moves, in counts, feed and history', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 1, { priceMinCny: '30' });
    await lockField(db, offerId, 'priceMinCny');
    const before = (await collected(changesSince(db, 0n))).length;

    const result = await importProducts(db, recordsOf([{ offerId, priceMinCny: '28' }]), { observedAt: day(2) });

    expect(result).toMatchObject({ unchanged: 1, updated: 0 });
    expect(await collected(changesSince(db, 0n))).toHaveLength(before);
    expect((await productHistory(db, offerId)).points.filter(({ field }) => field === 'price')).toHaveLength(1);
  });

  test('takes what the source said last when it is unlocked, whatever came in between and in what order', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 1, { title: '甲', stockQuantity: 5 });
    await lockField(db, offerId, 'title', { value: '丙' });
    await lockField(db, offerId, 'subtitle', { value: '我的' });
    await told(db, 5, { title: '丁' });
    await told(db, 3, { title: '乙' });

    const left = await unlockFields(db, offerId, ['title']);
    const given = await products(db).find(offerId);
    const late = await told(db, 4, { title: '戊' });
    const newer = await told(db, 6, { title: '己' });
    await unlockFields(db, offerId);

    expect(left.map(({ field }) => field)).toEqual(['subtitle']);
    expect([given?.title, late.title, newer.title]).toEqual(['丁', '丁', '己']);
    expect(await products(db).find(offerId)).toMatchObject({ subtitle: '我的', lockedFields: [] });
    expect(await valueOf(db, 'select count(*)::integer from sync1688.products where field_locks is not null')).toBe(0);
    const kinds = (await collected(changesSince(db, 0n))).map(({ fields }) => Object.keys(fields).join(' '));
    expect(kinds).toEqual(['', 'title lockedFields', 'subtitle lockedFields', 'title lockedFields', 'title', 'lockedFields']);
  });

  test('may be a list or the supplier, which the next document brings after the unlock though it did not change', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const first: Partial<Product> = { skus: [{ skuId: '1', priceCny: '9' }], priceTiers: [{ minQuantity: 1, priceCny: '9' }], images: [{ url: 'https://cbu01.alicdn.com/a.jpg', role: 'main' }], supplier: { sourceId: 'b2b-1' } };
    const second: Partial<Product> = { skus: [{ skuId: '2' }], priceTiers: [], images: [], supplier: { sourceId: 'b2b-2' } };
    await told(db, 1, first);
    for (const field of ['skus', 'priceTiers', 'images', 'supplier']) await lockField(db, offerId, field);

    const held = await told(db, 2, second);
    await unlockFields(db, offerId);
    const followed = await told(db, 3, second);

    expect(held).toMatchObject({ skus: [{ skuId: '1' }], priceTiers: [{ priceCny: '9.00' }], images: [{ role: 'main' }], supplier: { sourceId: 'b2b-1' } });
    expect(followed).toMatchObject({ skus: [{ skuId: '2' }], priceTiers: [], images: [], supplier: { sourceId: 'b2b-2' } });
  });

  test('is shown in the export', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 1, {});
    await lockField(db, offerId, 'unit', { value: '件' });

    expect(await collected(exportRecords(db, 'products'))).toMatchObject([{ unit: '件', lockedFields: ['unit'] }]);
  });
});

test.each<[string, string, unknown, string]>([
  ['a field that is none', 'colour', undefined, 'ARGUMENT_INVALID'],
  ['the id', 'offerId', '7', 'ARGUMENT_INVALID'],
  ['a value for a list', 'skus', [], 'ARGUMENT_INVALID'],
  ['an empty title', 'title', '', 'FIELD_MISSING'],
  ['a price that is none', 'priceMinCny', 'cheap', 'FIELD_INVALID'],
])('%s is refused', async (_, field, value, code) => {
  await using database = await testDatabase();
  await told(database.db, 1, {});

  await expect(lockField(database.db, offerId, field, value === undefined ? {} : { value })).rejects.toMatchObject({ code });
});

test('an offer that is not there, or was removed, has nothing to lock, and what is not locked cannot be unlocked', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await told(db, 1, {});

  await expect(lockField(db, '7', 'title')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(unlockFields(db, offerId, ['title'])).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  await products(db).remove(offerId);
  await expect(lockField(db, offerId, 'title')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(lockedFields(db, offerId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
