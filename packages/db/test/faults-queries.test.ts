import { aProduct, testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { products, type ProductOrder, type ProductPageOptions } from '../src/index.ts';

const tricks = ['t; drop table sync1688.products', 'id; select 1', '__proto__', 'constructor', 'asc nulls first', '', "'", '1) or (1=1'];

test('Q21: an order or a direction is never run as SQL, however it is spelled', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await products(db).upsert(aProduct({ offerId: '1' }));

  for (const trick of tricks) {
    await expect(products(db).page({ order: trick as ProductOrder })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await expect(products(db).page({ direction: trick as 'asc' })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await products(db).page({ direction: trick as 'asc' }).catch(() => {}); // refused, or read as rising
  }

  expect(await products(db).count()).toBe(1);
  expect((await products(db).page()).items).toHaveLength(1);
});

test('Q21: a filter value is a value, whatever it holds', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await products(db).upsert(aProduct({ offerId: '1', categoryId: 'c' }));
  const tryAll = async (filter: object): Promise<string> => products(db).page(filter as ProductPageOptions).then(({ items }) => `${items.length} found`, (error: { name: string; code: string }) => `${error.name} ${error.code}`);

  const outcomes = await Promise.all([
    ...tricks.map((trick) => tryAll({ categoryId: trick })), ...tricks.map((trick) => tryAll({ priceMinCny: trick })),
    tryAll({ categoryId: { $ne: null } }), tryAll({ categoryId: ['c', 'd'] }), tryAll({ categoryId: '%'.repeat(10_000) }), tryAll({ minRating: 'x' }),
    tryAll(JSON.parse('{"__proto__": {"includeRemoved": true}}')),
  ]);

  for (const outcome of outcomes) expect(outcome).toMatch(/^(0 found|1 found|SyncError [A-Z_]+)$/);
  expect(outcomes.slice(0, tricks.length)).toEqual(tricks.map(() => '0 found'));
  expect(await products(db).count()).toBe(1);
});

test('Q23: pages read while others insert and remove show each product that stays exactly once', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const table = () => db.knex.withSchema(db.schema).table('products');
  const stable = Array.from({ length: 60 }, (_, number) => `stable ${number}`);
  await table().insert(stable.flatMap((source_id, number) => [{ source_id, title: '裙', price_min: number % 7 }, { source_id: `leaving ${number}`, title: '裙', price_min: number % 7 }]));
  const readers = new AbortController();
  let written = 0;
  const writer = (async () => {
    for (; !readers.signal.aborted; written += 1) {
      await table().insert({ source_id: `new ${written}`, title: '裙', price_min: written % 7 });
      await table().where({ source_id: `leaving ${written}` }).delete();
    }
  })();

  for (const order of ['id', 'price'] as const) {
    const seen: string[] = [];
    for (let cursor: string | null = null, pages = 0; pages < 1_000; pages += 1) {
      const page: Awaited<ReturnType<ReturnType<typeof products>['page']>> = await products(db).page({ order, cursor, limit: 9 });
      seen.push(...page.items.map((item) => item.offerId).filter((id) => id.startsWith('stable')));
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    expect(seen.toSorted()).toEqual(stable.toSorted());
  }
  readers.abort();
  await writer;

  expect(written).toBeGreaterThan(0);
});
