import { importProducts } from '@1688/catalog';
import { aProductRecord, testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { heldTitles } from '../src/search/held-titles.ts';
import { queryClasses } from '../src/search/query-classes.ts';

const titles = ['夏季新款雪纺连衣裙女中长款显瘦', '新款纯棉连衣裙女士高腰春季外穿', '不锈钢保温杯大容量便携水杯家用', '新款女装连衣裙夏季收腰新款女裙'];
const { signal } = new AbortController();

async function store() {
  const database = await testDatabase();
  await importProducts(database.db, records());
  return database;

  async function* records() {
    for (const [place, title] of titles.entries()) yield { ok: true, value: aProductRecord({ offerId: `61000000000${place}`, title, soldQuantity: place * 10, images: [] }) } as const;
  }
}

test('a pass over all titles finds those that hold every term, and sorts them by sales', async () => {
  await using database = await store();

  const held = await heldTitles(database.db, signal);
  const found = (...terms: string[]): string[] => held.bestSold(held.holding(terms), 10).map((offerId) => offerId.slice(-1));

  expect(held.count).toBe(4);
  expect([found('连衣裙'), found('新款', '夏季'), found('保温杯'), found('雨伞'), found('用新')]).toEqual([['3', '1', '0'], ['3', '0'], ['2'], [], []]);
  expect(found('').length).toBe(4);
});

test('queries of a class have its length, and only absent ones are found nowhere', async () => {
  await using database = await store();
  const held = await heldTitles(database.db, signal);

  const queries = await queryClasses(held, null, 30);

  const lengths = (terms: readonly { text: string }[]): number[] => [...new Set(terms.map(({ text }) => [...text].length))].toSorted();
  expect([lengths(queries.oneCharacter), lengths(queries.twoCharacters), lengths(queries.threeOrFour)]).toEqual([[1], [2], [3, 4]]);
  for (const name of ['oneCharacter', 'twoCharacters', 'threeOrFour', 'severalWords'] as const) {
    for (const { terms } of queries[name]) expect(held.holding(terms).length, terms.join(' ')).toBeGreaterThan(0);
  }
  for (const { terms } of queries.absent) expect(held.holding(terms)).toEqual([]);
  expect(queries.severalWords.every(({ terms }) => terms.length >= 2 && terms.length <= 3)).toBe(true);
  expect(await queryClasses(held, null, 30)).toEqual(queries);
});
