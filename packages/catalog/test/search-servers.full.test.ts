// needs: postgresql-15
import { search, suggest, sameText, type SearchOptions } from '@1688/catalog';
import { migrate, openDatabase, type Database } from '@1688/db';
import { startPostgres } from '@1688/vitest';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const words = ['2026新款', '夏季', '跨境', '纯棉', '雪纺', '不鏽鋼', '真皮', '加厚', 'ＰＵ皮', '连衣裙', '瑜伽裤', '保温杯', '手機殼', '收纳盒', '卫衣', '女', '男士', '家用', '批发', 'iPhone 15', 'XK-2030A', '100%', '【包邮】', '，', '/', ' ', '·', "it's", '\\', '🎁', 'é', '㎡', '①'];
const titleCount = 20_000;
const queryCount = 2_000;

const character = fc.integer({ min: 0x4e00, max: 0x4e00 + 3_000 }).map((code) => String.fromCodePoint(code));
const aTitle = fc.array(fc.oneof({ weight: 1, arbitrary: character }, { weight: 2, arbitrary: fc.constantFrom(...words) }), { minLength: 3, maxLength: 9 }).map((parts) => parts.join(''));
const aPiece = fc.tuple(fc.constantFrom('', '', '', '-', '"', ' '), fc.oneof(character, fc.constantFrom(...words), fc.constantFrom(...words).map((word) => [...word].slice(1).join(''))), fc.constantFrom('', '', ' ', '"')).map((parts) => parts.join(''));
const aQuestion = fc.record({
  text: fc.array(aPiece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('')),
  options: fc.record({ mode: fc.constantFrom('auto' as const, 'exact' as const, 'ranked' as const), sort: fc.constantFrom('relevance' as const, 'price' as const, 'sold' as const, 'updated' as const) }),
});

/** The same products on a server of one major version. */
async function filled(url: string, titles: string[]): Promise<Database> {
  const db = await openDatabase(url);
  await migrate(db);
  await db.knex.raw(
    `insert into sync1688.products (source_id, title, title_grams, price_min, sold_quantity, category_name)
     select 'o' || place, title, sync1688.grams(title), place % 97, nullif(place % 991, 0), '类目' || place % 50 from unnest(?::text[]) with ordinality t (title, place)`, [titles]);
  await db.knex.raw('vacuum analyze sync1688.products');
  return db;
}

test('PostgreSQL 15 and 18 give the same answers to thousands of odd questions, and an error to none', { timeout: 600_000 }, async () => {
  const [older, newer] = await Promise.all([startPostgres({ postgres: '15' }), startPostgres({ postgres: '18' })]);
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.use(older);
  cleanUp.use(newer);
  const titles = fc.sample(aTitle, { numRuns: titleCount, seed: 1688 });
  const [a, b] = await Promise.all([filled(older.url, titles), filled(newer.url, titles)]);
  cleanUp.use(a);
  cleanUp.use(b);
  const idsOf = async (db: Database, { text, options }: { text: string; options: SearchOptions }): Promise<unknown> => {
    const { items, mode, count } = await search(db, text, { ...options, count: true });
    // Rows are as old as their transaction: the order of time is the same, the times are not. An estimate is each server's own.
    return { mode, exactly: count?.isExact === true ? count.value : 'many', items: items.map(({ offerId, score }) => [offerId, score]) };
  };

  for (const question of fc.sample(aQuestion, { numRuns: queryCount, seed: 1688 })) expect(await idsOf(a, question), JSON.stringify(question)).toEqual(await idsOf(b, question));
  for (const text of ['瑜', '连衣', 'iph', '男士 家']) expect(await suggest(a, text)).toEqual(await suggest(b, text));
  for (const offerId of ['o5', 'o4000']) expect(await sameText(a, offerId, { minSimilarity: 0.2 })).toEqual(await sameText(b, offerId, { minSimilarity: 0.2 }));
});
