import type { Change, Product } from '@1688/core';
import { changesSince, exportRecords, importProducts } from '@1688/catalog';
import { products, suppliers, type Database, type ProductInput } from '@1688/db';
import { aProduct, aSupplier, testDatabase } from '@1688/vitest';
import { describe, expect, test } from 'vitest';
import { exportedProducts, fold, type Line } from './fold-feed.ts';
import { collected, recordsOf } from './records.ts';

const offerId = '610947572360';
const picture = (name: string, role: 'main' | 'gallery' | 'sku' | 'description' = 'gallery') => ({ url: `https://cbu01.alicdn.com/img/ibank/${name}.jpg`, role });

/** The feed of both writers, told the same one after the other: all but the first telling. */
async function feedsOf(tellings: readonly Product[]): Promise<{ imported: Change['fields'][]; upserted: Change['fields'][] }> {
  await using one = await testDatabase();
  await using other = await testDatabase();
  for (const [day, product] of tellings.entries()) {
    await importProducts(one.db, recordsOf([product]), { observedAt: new Date(Date.UTC(2026, 0, day + 1)) });
    await products(other.db).upsert(product);
  }
  const updates = async (db: Database) => (await collected(changesSince(db, 0n))).filter(({ entity, kind }) => entity === 'product' && kind === 'updated').map(({ fields }) => fields);
  return { imported: await updates(one.db), upserted: await updates(other.db) };
}

describe('the change feed', () => {
  test('has the same shape whoever writes: an import or the repository', async () => {
    const first = aProduct({ offerId, supplier: aSupplier({ sourceId: 'b2b-1' }), images: [picture('one', 'main'), picture('two'), picture('three')] });
    const [red, blue] = first.skus ?? [];
    const longText = '<p>雪纺面料，透气不闷。</p>'.repeat(300);
    const second: Product = {
      ...first,
      title: '换了标题', description: longText, attributes: [{ name: '颜色', value: '红', imageUrl: null }], specifications: { 包装: '袋装', 长: 30 }, rating: 4.567,
      createdAtSource: new Date('2026-01-02T03:04:05Z'), priceMinCny: '29', supplier: aSupplier({ sourceId: 'b2b-2' }),
      priceTiers: [{ minQuantity: 50, priceCny: '29.5' }, { minQuantity: 2, priceCny: '35' }],
      skus: [
        { skuId: 'new', priceCny: '3', attributes: [{ name: '颜色', value: '黄', imageUrl: null }], priceTiers: [{ minQuantity: 10, priceCny: '2.5' }] },
        { ...blue, skuId: String(blue?.skuId), priceCny: '36.00' },
        { skuId: 'new', priceCny: '4' },
      ],
      images: [picture('two'), picture('one', 'main'), picture('four', 'description'), picture('three')],
    };
    const third: Product = { ...second, skus: [{ ...red, skuId: String(red?.skuId) }, { skuId: 'new', priceTiers: [] }], images: [picture('three'), picture('two')], supplier: null, attributes: null };

    const { imported, upserted } = await feedsOf([first, second, third]);

    expect(upserted).toEqual(imported);
    expect(upserted[0]?.['description']).toEqual({ before: null, after: longText });
    expect(upserted[0]?.['images']?.after).toEqual([picture('one', 'main'), picture('two'), picture('three'), picture('four', 'description')]);
    expect(upserted[0]?.['skus']?.after).toMatchObject([
      { skuId: 'new', position: 0, priceCny: '3.00', stockQuantity: null, specId: null, priceTiers: [{ minQuantity: 10, priceCny: '2.50' }] },
      { skuId: blue?.skuId, priceCny: '36.00' },
    ]);
    expect(upserted[1]?.['skus']?.before).toMatchObject([{ skuId: 'new', position: 0 }, { skuId: blue?.skuId, stockQuantity: 2_600 }]);
  });

  test('folded from the start, it gives what the tables hold, repository writes among imports', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const made = new Map<string, Line>();
    const upsert = async (product: ProductInput) => {
      await products(db).upsert(product);
      const line = (await exportedProducts(db)).get(product.offerId);
      if (line && !made.has(product.offerId)) made.set(product.offerId, structuredClone(line));
    };
    const whole = aProduct({ offerId, supplier: aSupplier({ sourceId: 'b2b-1' }) });
    const [red, blue] = whole.skus ?? [];
    const supplier = await suppliers(db).upsert({ sourceId: 'b2b-2', name: '云裳', rating: 4.456 });
    await upsert(whole);
    await upsert({ offerId: '2', title: '瑜伽裤', skus: [{ skuId: 'a', priceCny: '1' }, { skuId: 'b' }], images: [picture('a', 'main')] });
    await upsert({ offerId: '3', title: '短裙' });
    await upsert({ offerId: '4', title: '长裙' });
    await upsert({ offerId, title: '新标题', supplierId: supplier.id, description: '长'.repeat(5_000), stockQuantity: 0, soldQuantity: 7, minOrderQuantity: null });
    await upsert({ offerId, title: '新标题', skus: [{ skuId: 'c', priceCny: '9', priceTiers: [{ minQuantity: 3, priceCny: '8' }] }, { skuId: String(blue?.skuId), priceCny: '7' }] });
    await upsert({ offerId, title: '新标题', skus: [{ skuId: String(blue?.skuId), priceTiers: [{ minQuantity: 5, priceCny: '6' }] }, { skuId: String(red?.skuId) }, { skuId: 'c' }], images: [picture('b'), picture('a', 'main')] });
    await upsert({ offerId: '2', title: '瑜伽裤', images: null, priceTiers: [{ minQuantity: 1, priceCny: '5' }], specifications: { 长: 1, 包装: '袋' }, createdAtSource: new Date('2026-01-01T00:00:00Z') });
    await importProducts(db, recordsOf([{ offerId: '2', skus: [{ skuId: 'b', stockQuantity: 4 }, { skuId: 'a' }], images: [picture('a', 'main'), picture('c', 'sku')] }]));
    await upsert({ offerId: '2', title: '瑜伽裤', skus: [{ skuId: 'a' }, { skuId: 'b', priceTiers: null }], supplier: { sourceId: 'b2b-3' } });
    await products(db).remove('3');
    await upsert({ offerId: '3', title: '改了名的短裙' });
    await products(db).restore('3');
    await products(db).remove(offerId);
    await products(db).restore(offerId);
    await products(db).purge('4');
    await suppliers(db).upsert({ sourceId: 'b2b-2', name: null, rating: 4.5, yearsActive: 3 });

    const folded = await foldedProducts(db, made);

    expect(folded).toEqual(await exportedProducts(db));
    expect(folded.size).toBe(3);
    expect((await collected(exportRecords(db, 'suppliers', { portable: true }))).find((each) => each['sourceId'] === 'b2b-2')).toMatchObject({ name: null, rating: 4.5, yearsActive: 3 });
    expect((await collected(changesSince(db, 0n))).at(-1)?.fields).toEqual({
      name: { before: '云裳', after: null }, rating: { before: 4.46, after: 4.5 }, yearsActive: { before: null, after: 3 },
    });
  });
});

/** A subscriber that reads a product when it is created, and from then on only the feed. */
async function foldedProducts(db: Database, made: ReadonlyMap<string, Line>): Promise<Map<string, Line>> {
  const lines = new Map<string, Line>();
  const removed = new Set<string>();
  for await (const { entity, sourceId, kind, fields } of changesSince(db, 0n)) {
    if (entity !== 'product') continue;
    if (kind === 'created') lines.set(sourceId, structuredClone(made.get(sourceId) ?? {}));
    if (kind === 'removed') removed.add(sourceId);
    if (kind === 'restored') removed.delete(sourceId);
    fold(lines.get(sourceId) ?? {}, fields);
  }
  return new Map([...lines].filter(([sourceId]) => !removed.has(sourceId)));
}
