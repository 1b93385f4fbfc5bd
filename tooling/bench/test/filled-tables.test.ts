import { expect, test } from 'vitest';
import { copyLines } from '../src/store/filled-tables.ts';
import { sliceLines } from '../src/store/table-slices.ts';
import { filledStore } from './filled-store.ts';

test('the tables that an import filled are named with what they refer to before them', async () => {
  const { database, client, tables } = await filledStore(3);
  await using _ = database;

  const names = tables.map(({ name }) => name);
  await client.end();

  expect(names.toSorted()).toEqual(['changes', 'payloads', 'price_tiers', 'products', 'sightings', 'skus', 'supplier_aliases', 'suppliers', 'sync_records']);
  for (const [before, after] of [['suppliers', 'products'], ['products', 'skus'], ['products', 'price_tiers'], ['sync_records', 'sightings']] as const) {
    expect(names.indexOf(before)).toBeLessThan(names.indexOf(after));
  }
  expect(tables.find(({ name }) => name === 'products')).toMatchObject({ rows: 3, used: expect.arrayContaining(['id', 'title', 'supplier_id']) });
  expect(copyLines(tables, 'from', '/tmp')[names.indexOf('price_tiers')]).toBe(`\\copy sync1688.price_tiers (id, product_id, sku_id, min_quantity, price) from '/tmp/price_tiers.txt'`);
});

test('the slices of a store hold every row once', async () => {
  const { database, client, tables } = await filledStore(7);
  await using _ = database;

  const slices = await sliceLines(client, tables, 3, '/tmp');
  const held: Record<string, number[]> = {};
  for (const [position, { name }] of tables.entries()) {
    held[name] = [];
    for (const { to } of slices) held[name].push((await client.query(/\((select .*) order by/.exec(to[position] ?? '')?.[1] ?? '')).rows.length);
  }
  await client.end();

  expect(held).toMatchObject({ products: [3, 2, 2], skus: [6, 4, 4], price_tiers: [6, 4, 4], suppliers: [1, 1, 0], supplier_aliases: [1, 1, 0], sync_records: [1, 0, 0] });
  for (const { rows, name } of tables) expect(held[name]?.reduce((sum, count) => sum + count, 0)).toBe(rows);
});
