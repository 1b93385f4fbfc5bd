import { search, type SearchOptions } from '@1688/catalog';
import type { Database } from '@1688/db';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

let database: TestDatabase;
let db: Database;

/** Enough titles that passing all of them would be the worse plan; 女 is in every second one, as is 不进口 beside the title. */
beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
  await db.knex.raw(`
    insert into sync1688.suppliers (source_id, name) select 's' || n, '广州' || chr(20000 + n) || chr(30000 + n) || '服饰' from generate_series(1, 2000) n;
    insert into sync1688.products (source_id, title, supplier_id, category_id, category_name, price_min, sold_quantity, attributes, title_grams)
      select 'o' || n, title, 1 + n % 2000, 'c' || n % 500, '类目' || chr(25000 + n % 500), n % 997, n % 991, case when n % 2 = 0 then '[{"name":"是否进口","value":"不进口"}]'::jsonb end, sync1688.grams(title)
      from (select n, case when n % 2 = 0 then '女' else '男' end || '款' || chr(20000 + n % 700) || chr(21000 + n % 900) || chr(22000 + n % 1100) || chr(23000 + n % 40) || '货号XK-' || n as title from generate_series(1, 20000) n) titles;`);
  await db.knex.raw('vacuum analyze sync1688.products, sync1688.suppliers');
});
afterAll(() => database[Symbol.asyncDispose]());

const pair = String.fromCodePoint(20_007, 21_007);
const name = `${String.fromCodePoint(20_007, 30_007)}服饰`;

test.each<[string, string, SearchOptions, string]>([
  ['two characters', pair, { exact: true }, 'products_title_grams'],
  ['two characters by price', pair, { exact: true, sort: 'price' }, 'products_title_grams'],
  ['three characters', pair + String.fromCodePoint(22_007), { exact: true }, 'products_title_grams'],
  ['several words', `${pair} 货号`, { exact: true }, 'products_title_grams'],
  ['a model code', 'xk-10007', { exact: true }, 'products_title_grams'],
  ['a word that is nowhere', '鼎鼐', { exact: true }, 'products_title_grams'],
  ['one rare character', String.fromCodePoint(20_007), { exact: true }, 'products_title_grams'],
  ['one character of every second title, best sold first', '女', { exact: true }, 'products_sold'],
  ['one character of every second title, the cheapest first', '女', { exact: true, sort: 'price' }, 'products_price'],
  ['one character of every second title, the newest first', '女', { exact: true, sort: 'updated' }, 'products_updated'],
  ['a ranked query', `${pair}套装`, { mode: 'ranked' }, 'products_title_grams'],
  ['a ranked query of what is everywhere and a rare pair', `女款 ${pair}`, {}, 'products_title_grams'],
  ['a ranked query that names a supplier', name, { mode: 'ranked' }, 'suppliers_name'],
  ['a ranked query that names a category', `类目${String.fromCodePoint(25_007)}`, { mode: 'ranked' }, 'products_context'],
  ['a ranked query that names what is said of thousands', '不进口鼎鼐', { mode: 'ranked' }, 'products_context'],
  ['no text, best sold first', '', {}, 'products_sold'],
  ['no text, the cheapest first', '', { sort: 'price' }, 'products_price'],
  ['no text, the newest first', '', { sort: 'updated' }, 'products_updated'],
  ['no text, one supplier', '', { supplier: 's7' }, 'products_supplier'],
  ['no text, one category', '', { category: 'c7' }, 'products_category'],
])('%s reads an index, and never the whole table', async (_name, text, options, index) => {
  const { explain } = await search(db, text, { ...options, explain: true });
  const plans = explain?.plans.join('\n') ?? '';

  expect(plans).toContain(index);
  expect(plans).not.toMatch(/Seq Scan on (products|suppliers)/);
});

test('what stands beside the titles of thousands of products is not looked for there', async () => {
  const { explain } = await search(db, '不进口鼎鼐', { mode: 'ranked', explain: true });

  expect(explain?.plans.find((plan) => plan.includes('products_context'))).not.toContain("'不进口'");
});

test('a page far behind is one range of an index, too', async () => {
  let cursor: string | null = null;
  for (let page = 0; page < 20; page += 1) cursor = (await search(db, '', { cursor, limit: 200 })).nextCursor;

  const { explain } = await search(db, '', { cursor, explain: true });

  expect(explain?.plans[0]).toMatch(/Index Cond: .*ROW\(sold_quantity, id\) </);
});

test('a character of some titles is looked for among the best sold ones alone', async () => {
  const { explain, items } = await search(db, String.fromCodePoint(23_007), { exact: true, explain: true });

  expect(explain?.plans).toHaveLength(2);
  expect(explain?.plans[0]).toContain('Index Only Scan');
  expect(explain?.plans[1]).toMatch(/BitmapAnd/);
  expect(items).toHaveLength(20);
});

test('pages found through windows are all that LIKE finds, in order', async () => {
  const character = String.fromCodePoint(23_007);
  const { rows } = await db.knex.raw<{ rows: { source_id: string }[] }>('select source_id from sync1688.products where title like ? order by sold_quantity desc, id desc', [`%${character}%`]);
  const paged: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await search(db, character, { exact: true, sort: 'sold', cursor, limit: 30 });
    paged.push(...page.items.map(({ offerId }) => offerId));
    cursor = page.nextCursor;
  } while (cursor !== null);

  expect(paged).toEqual(rows.map((row) => row.source_id));
  expect(paged.length).toBeGreaterThanOrEqual(500);
});

test('a frequent character is not looked for everywhere: its statistics tell how far to walk', async () => {
  const { explain } = await search(db, '女', { exact: true, explain: true });

  expect(Math.round((explain?.grams[0]?.titles ?? 0) / 1_000)).toBe(10);
  expect(explain?.plans).toHaveLength(1);
});
