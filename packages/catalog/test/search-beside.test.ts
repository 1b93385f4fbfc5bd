import { importProducts, sameText, search, statistics, suggest } from '@1688/catalog';
import { suppliers, transaction, type Database } from '@1688/db';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contextQuery } from '../src/search/context-query.ts';
import { continuations } from '../src/search/suggest.ts';
import { recordsOf } from './records.ts';

const offers = [
  { offerId: '1', title: '夏季新款雪纺连衣裙', categoryId: '10', categoryName: '连衣裙', priceMinCny: '35', supplier: { sourceId: 's1', name: '杭州云裳服饰有限公司' }, soldQuantity: 50, sourceStatus: 'published' },
  { offerId: '2', title: '法式碎花长裙', categoryId: '10', categoryName: '连衣裙', priceMinCny: '60', supplier: { sourceId: 's1', name: '杭州云裳服饰有限公司' }, soldQuantity: 10 },
  { offerId: '3', title: '高腰瑜伽裤 女', attributes: [{ name: '材质', value: '锦纶/氨纶' }], priceMinCny: '18', supplier: { sourceId: 's2', name: '义乌力动运动用品厂' }, soldQuantity: 70 },
  { offerId: '4', title: '提臀瑜伽裤 速干', attributes: [{ name: '材质', value: '纯棉' }], priceMinCny: null, supplier: { sourceId: 's2', name: '义乌力动运动用品厂' }, soldQuantity: 20 },
  { offerId: '5', title: '瑜伽垫 加厚', priceMinCny: '9.9', soldQuantity: 5 },
  { offerId: '6', title: '高腰瑜伽裤女', priceMinCny: '19', supplier: { sourceId: 's3', name: '广州瑜乐' }, soldQuantity: 1 },
  { offerId: '7', title: '手機殼 XK-2030A 適用', priceMinCny: '5', soldQuantity: 2 },
];

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
  await importProducts(db, recordsOf(offers));
});
afterAll(() => database[Symbol.asyncDispose]());

const idsOf = async (...args: Parameters<typeof search> extends [unknown, ...infer Rest] ? Rest : never): Promise<string[]> => (await search(db, ...args)).items.map(({ offerId }) => offerId);

describe('what stands beside a title', () => {
  test('category and attributes decide between titles that answer alike, and bring in products whose titles have nothing of it', async () => {
    expect((await idsOf('纯棉 瑜伽裤'))[0]).toBe('4');
    expect((await idsOf('锦纶 瑜伽裤'))[0]).toBe('3');
    expect(await idsOf('氨纶', { mode: 'ranked' })).toEqual(['3']);
  });

  test('a supplier that is named brings its products, under a new name too', async () => {
    expect((await idsOf('力动运动')).toSorted()).toEqual(['3', '4']);

    await transaction(db, (trx) => suppliers(trx).upsert({ sourceId: 's2', name: '义乌飞驰户外' }));

    expect((await idsOf('飞驰户外')).toSorted()).toEqual(['3', '4']);
    expect(await idsOf('力动')).toEqual([]);
  });

  test('any piece of a term may be a category', () => {
    expect(contextQuery(['纯棉袜'])).toBe("'纯棉袜' | '纯棉' | '棉袜'");
    expect(contextQuery(['裙'])).toBeNull();
    expect(contextQuery(['纯棉袜'], new Set(['纯棉', '棉袜']))).toBe("'纯棉袜'");
  });
});

describe('folding', () => {
  test('traditional and simplified characters find each other, and a model code is found with and without hyphens', async () => {
    for (const text of ['手机壳', '手機殼', 'xk-2030a', 'XK2030A', '2030a', '适用']) expect((await idsOf(text))[0], text).toBe('7');
  });
});

describe('counts and facets', () => {
  test('the count covers all pages, in each mode', async () => {
    const options = { count: true, limit: 1 } as const;

    expect((await search(db, '瑜伽裤', { ...options, exact: true })).count).toEqual({ value: 3, isExact: true });
    expect((await search(db, '瑜伽裤 高腰', options)).count).toEqual({ value: 4, isExact: true });
    expect((await search(db, '', { ...options, category: '10' })).count).toEqual({ value: 2, isExact: true });
    expect((await search(db, '瑜伽裤', { limit: 1 })).count).toBeNull();
  });

  test('facets tell how all of what was found is spread', async () => {
    const { facets } = await search(db, '瑜伽', { facets: ['category', 'supplier', 'price'], limit: 1 });
    expect((await search(db, '瑜伽', { facets: ['price', 'supplier', 'category'], limit: 1 })).facets).toEqual(facets);
    const { facets: dresses } = await search(db, '裙', { facets: ['category', 'status'] });

    expect(facets).toMatchObject({ isExact: true, values: {
      supplier: [{ value: 's2', name: '义乌飞驰户外', count: 2 }, { value: 's3', name: '广州瑜乐', count: 1 }, { value: null, count: 1 }],
      price: [{ value: '5-10', count: 1 }, { value: '10-20', count: 2 }, { value: null, count: 1 }],
    } });
    expect(facets?.values.category).toEqual([{ value: null, name: null, count: 4 }]);
    expect(dresses?.values).toMatchObject({ category: [{ value: '10', name: '连衣裙', count: 2 }], status: [{ value: 'published', count: 1 }, { value: null, count: 1 }] });
  });

  test('what does not fit is refused', async () => {
    await expect(search(db, '', { facets: ['colour' as 'price'] })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });

  test('an explanation names the pieces, the titles looked at and the plans', async () => {
    const exact = await search(db, '瑜伽裤', { explain: true });
    const ranked = await search(db, '瑜伽 裤', { explain: true });

    expect(exact.explain).toMatchObject({ terms: ['瑜伽裤'], candidates: null, grams: [{ gram: '瑜伽' }, { gram: '伽裤' }] });
    expect(ranked.explain?.candidates).toBe(4);
    expect(ranked.explain?.plans.join('\n')).toContain('title_grams');
  });
});

describe('suggest', () => {
  test('what is typed goes on as the titles do, then come their categories', async () => {
    expect(await suggest(db, '瑜伽')).toEqual([{ text: '瑜伽裤', kind: 'title', count: 3 }]);
    expect(await suggest(db, '裙')).toEqual([{ text: '连衣裙', kind: 'category', count: 2 }]);
    expect(await suggest(db, '高腰 瑜')).toEqual([{ text: '高腰 瑜伽裤', kind: 'title', count: 2 }]);
    expect(await suggest(db, '  ')).toEqual([]);
  });

  test('a piece ends where most titles no longer share it, and a Latin word only at its end', () => {
    expect(continuations('女', ['女士包', '女士鞋', '女士帽', '女装']).map(({ text }) => text)).toEqual(['女士']);
    expect(continuations('女', ['女ins风', '女ins帽'])).toEqual([{ text: '女ins', count: 2 }]);
  });
});

describe('sameText', () => {
  test('nearly the same titles at other suppliers are found, whatever the punctuation', async () => {
    const found = await sameText(db, '3');

    expect(found).toEqual([{ offerId: '6', title: '高腰瑜伽裤女', supplierId: 's3', supplierName: '广州瑜乐', similarity: 1 }]);
    await expect(sameText(db, '404')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('statistics', () => {
  test('figures that took long are kept for as long as one may be told old ones', async () => {
    const now = await statistics(db);
    const old = { ...now, computedAt: new Date(Date.now() - 60_000), products: { ...now.products, total: 1_000_000 } };
    await db.knex.raw('insert into sync1688.statistics_cache (computed_at, value) values (?, ?)', [old.computedAt, JSON.stringify(old)]);

    expect((await statistics(db)).products.total).toBe(offers.length);
    expect(await statistics(db, { maxAgeSeconds: 3_600 })).toEqual(old);
    expect((await statistics(db, { maxAgeSeconds: 30 })).products.total).toBe(offers.length);
  });
});
