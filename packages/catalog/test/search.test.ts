import { importProducts, search } from '@1688/catalog';
import { withClient, type Database } from '@1688/db';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gramQuery } from '../src/search/gram-query.ts';
import { gramStatistics } from '../src/search/gram-statistics.ts';
import { candidateQuery } from '../src/search/ranked-candidates.ts';
import { exactStatement } from '../src/search/exact-page.ts';
import { recordsOf } from './records.ts';

const titles = [
  '夏季新款雪纺连衣裙女中长款', '高腰瑜伽裤女提臀', '瑜伽垫 加厚 防滑', 'iPhone 15 Pro 手机壳', 'ＩＰＨＯＮＥ　手机膜', '100%纯棉_T恤', '女裤', '裙', "it's a \\ test", '运动裤瑜珈',
];

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
  const products = titles.map((title, index) => ({
    offerId: `90${index}`, title, priceMinCny: `${10 + index}.00`, soldQuantity: index, categoryId: index % 2 ? 'odd' : 'even', minOrderQuantity: index,
    ...(index < 3 ? { supplier: { sourceId: 's1', name: '杭州云裳' }, rating: 4.8, sourceStatus: 'published', images: [{ role: 'main' as const, url: `https://example.com/${index}.jpg` }] } : {}),
  }));
  await importProducts(db, recordsOf(products));
});
afterAll(() => database[Symbol.asyncDispose]());

const titlesOf = async (...args: Parameters<typeof search> extends [unknown, ...infer Rest] ? Rest : never): Promise<string[]> =>
  (await search(db, ...args)).items.map((item) => item.title);

describe('search', () => {
  test('exact finds what LIKE finds, for every piece of every title', async () => {
    const pieces = new Set(titles.flatMap((title) => [...title].flatMap((_, start) => [1, 2, 3, 5].map((length) => [...title].slice(start, start + length).join(''))))
      .filter((piece) => !/\s/.test(piece)));
    const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

    for (const piece of pieces) {
      const expected = titles.filter((title) => fold(title).includes(fold(piece)));

      expect((await titlesOf(piece, { exact: true })).toSorted(), piece).toEqual(expected.toSorted());
    }
  });

  test('terms between blanks must all be there, in any order', async () => {
    expect(await titlesOf('手机壳 iphone', { exact: true })).toEqual(['iPhone 15 Pro 手机壳']);
  });

  test('a quoted term keeps its blanks, and a leading minus leaves titles out', async () => {
    expect(await titlesOf('"15 Pro"', { exact: true })).toEqual(['iPhone 15 Pro 手机壳']);
    expect(await titlesOf('“15  Pro”', { exact: true })).toEqual([]);
    expect(await titlesOf('裤 -女裤 -瑜珈')).toEqual(['高腰瑜伽裤女提臀']);
    expect(await titlesOf('-裤 -裙', { sort: 'sold', limit: 2 })).toEqual(['100%纯棉_T恤', "it's a \\ test"].toSorted((x) => (x.startsWith('it') ? -1 : 1)));
  });

  test('one term that stands in a title is searched exactly, others are ranked', async () => {
    const exact = await search(db, '瑜伽裤');
    const ranked = await search(db, '瑜伽裤', { mode: 'ranked' });
    const none = await search(db, '瑜伽短裤');

    expect([exact.mode, exact.items.map(({ title }) => title)]).toEqual(['exact', ['高腰瑜伽裤女提臀']]);
    expect([ranked.mode, ranked.items[0]?.title, ranked.items[1]?.title]).toEqual(['ranked', '高腰瑜伽裤女提臀', '瑜伽垫 加厚 防滑']);
    expect(ranked.items[0]?.score).toBe(2);
    expect([none.mode, none.items[0]?.title]).toEqual(['ranked', '高腰瑜伽裤女提臀']);
  });

  test('ranked results go on page by page, each once, in any sort', async () => {
    for (const sort of ['relevance', 'updated', 'price', 'sold'] as const) {
      const whole = await titlesOf('夏季 女裤 瑜伽', { sort, limit: 200 });
      const paged: string[] = [];
      for (let cursor: string | null = null, isFirst = true; isFirst || cursor !== null; isFirst = false) {
        const page: Awaited<ReturnType<typeof search>> = await search(db, '夏季 女裤 瑜伽', { sort, cursor, limit: 2 });
        paged.push(...page.items.map(({ title }) => title));
        cursor = page.nextCursor;
      }

      expect(paged).toEqual(whole);
      expect(whole.length).toBe(5);
    }
  });

  test('what the server knows of common grams changes which titles are looked at, not which come first', async () => {
    const before = await titlesOf('夏季 女裤 瑜伽', { limit: 3 });
    await db.knex.raw('analyze sync1688.products');
    const statistics = await withClient(db, (client) => gramStatistics(client, db));
    const after = await titlesOf('夏季 女裤 瑜伽', { limit: 3 });

    expect(statistics.total).toBe(titles.length);
    expect(statistics.common.get('裤')).toBe(3);
    expect(statistics.common.has('没有')).toBe(false);
    expect(statistics.rareUpTo).toBeGreaterThanOrEqual(1);
    expect(after[0]).toBe(before[0]);
  });

  test('candidates come from the rare grams, and common ones join by twos', () => {
    const grams = { singles: ['女', '裤'], pairs: [['瑜', '伽'], ['女', '裤']] as const, words: [] };

    const small = candidateQuery(grams, { total: 0, common: new Map(), rareUpTo: null });
    const large = candidateQuery(grams, { total: 1_000_000, common: new Map([['女', 400_000], ['裤', 90_000], ['女裤', 20_000]]), rareUpTo: 1_500 });
    const common = candidateQuery({ singles: ['女', '裤'], pairs: [], words: [] }, { total: 1_000_000, common: new Map([['女', 400_000], ['裤', 90_000]]), rareUpTo: 1_500 });

    expect(small).toBe("'瑜伽' | '女裤' | '女' | '裤'");
    expect(large).toBe("'瑜伽'");
    expect(common).toBe("'裤' & '女'");
  });

  test('filters narrow and sorts order', async () => {
    expect(await titlesOf('裤', { priceMaxCny: '15' })).toEqual(['高腰瑜伽裤女提臀']);
    expect(await titlesOf('', { supplier: 's1', sort: 'price' })).toEqual(titles.slice(0, 3));
    expect(await titlesOf('', { category: 'odd', sort: 'sold', limit: 2 })).toEqual([titles[9], titles[7]]);
    expect(await titlesOf('', { ratingMin: 4.5, status: 'published', hasImages: true, minOrderQuantityMax: 1 })).toHaveLength(2);
    expect(await titlesOf('', { hasImages: false })).toHaveLength(7);
    expect(await titlesOf('', { updatedSince: new Date(Date.now() + 60_000) })).toEqual([]);
  });

  test('pages follow each other without a gap, whatever the sort', async () => {
    for (const sort of ['relevance', 'updated', 'price', 'sold'] as const) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof search>> = await search(db, '', { sort, cursor, limit: 3 });
        seen.push(...page.items.map((item) => item.offerId));
        cursor = page.nextCursor;
      } while (cursor !== null);

      expect(seen.toSorted()).toEqual(titles.map((_, index) => `90${index}`));
    }
  });

  test('a cursor that was forged, or belongs to another search, is refused', async () => {
    const { nextCursor } = await search(db, '', { limit: 1 });
    const forged = Buffer.from('["x","1","1","1"]').toString('base64url');

    for (const [cursor, text] of [[forged, ''], ['%%%', ''], ['', ''], [nextCursor, '裤']] as const) {
      await expect(search(db, text, { limit: 1, cursor })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    }
  });

  test('odd texts are searched for, not run', async () => {
    for (const text of ["'; drop table products --", '\u0000', '\ud800', '%', '_', '\\', '& | ! ( ) :*', ' '.repeat(500), '裙'.repeat(500)]) {
      await expect(search(db, text)).resolves.toMatchObject({ items: expect.anything() });
    }
    expect(await titlesOf('%', { exact: true })).toEqual(['100%纯棉_T恤']);
  });

  test('exact search reads the index of grams', async () => {
    const plan = await withClient(db, async (client) => {
      const statement = exactStatement(db.schema, { query: await gramQuery(client, db.schema, '瑜伽裤'), filter: {}, sort: 'relevance', start: null, limit: 20 }, 'index');
      await client.query('begin');
      await client.query('set local enable_seqscan = off'); // ten rows fit one page: the planner would not bother
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${statement.text}`, statement.values);
      await client.query('rollback');
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });

    expect(plan).toContain('products_title_grams');
  });
});
