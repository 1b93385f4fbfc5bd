import { checkRebuild, importProducts, lockField, revertRun } from '@1688/catalog';
import { products, type Database } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day } from './listing-scans.ts';
import { numberedProducts, recordsOf, valueOf } from './records.ts';
import { testMapper } from './stored-mapper.ts';
import { ofOffer, recordsOfVersions, versions } from './versions.ts';

const mapper = testMapper();

async function filled(db: Database): Promise<void> {
  await importProducts(db, recordsOf(numberedProducts(30)), { observedAt: day(1) });
  await importProducts(db, recordsOf(numberedProducts(20, { priceCny: '28.00' })), { observedAt: day(2) });
  await importProducts(db, recordsOf(numberedProducts(10)), { observedAt: day(3) });
}

describe('checkRebuild', () => {
  test('finds nothing where the tables are what the documents say, also where a document came back after another', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await filled(db);

    const check = await checkRebuild(db, { mapper });

    expect(check).toMatchObject({ tellings: 60, rejected: 0, unknown: 0, differenceCount: 0, differences: [], ownValues: 0 });
    expect(await valueOf(db, `select count(*)::integer from pg_namespace where nspname = 'sync1688_rebuild'`)).toBe(0);
  });

  test('names each cell that was changed behind its back', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await importProducts(db, recordsOf(numberedProducts(12)), { observedAt: day(1) });
    const ofProduct = (number: number): string => `product_id = (select id from sync1688.products where source_id = '61094700000${number}')`;
    await db.knex.raw(`
      update sync1688.suppliers set name = '错误' where source_id = 'b2b-9';
      update sync1688.products set unit = '条' where source_id = '610947000003';
      update sync1688.products set supplier_id = null where source_id = '610947000004';
      update sync1688.skus set price = 1 where source_id = '6109470000052';
      delete from sync1688.skus where source_id = '6109470000062';
      update sync1688.price_tiers set price = 2 where min_quantity = 100 and ${ofProduct(7)};
      update sync1688.product_images set position = 5 where ${ofProduct(8)}`);

    const check = await checkRebuild(db, { mapper });

    expect(check.differences).toMatchObject([
      { table: 'suppliers', row: 'memberId b2b-9', field: 'name', stored: '错误', replayed: '杭州云裳服饰 9' },
      { table: 'products', row: '610947000003', field: 'unit', stored: '条', replayed: null },
      { table: 'products', row: '610947000004', field: 'supplier', stored: null, replayed: 'memberId b2b-4' },
      { table: 'skus', row: '610947000005 6109470000052', field: 'priceCny', stored: 1, replayed: 35 },
      { table: 'skus', row: '610947000006 6109470000062', field: 'row', stored: false, replayed: true },
      { table: 'price_tiers', row: '610947000007 100', field: 'priceCny', stored: 2, replayed: 31.5 },
      { table: 'product_images', field: 'position', stored: 5, replayed: 0 },
    ]);
    expect(check).toMatchObject({ differenceCount: 7, tables: { suppliers: 1, products: 2, skus: 2, price_tiers: 1, product_images: 1 } });
  });

  test('tells some and counts all', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await importProducts(db, recordsOf(numberedProducts(12)), { observedAt: day(1) });
    await db.knex.raw(`update sync1688.products set unit = '条', subtitle = 'x'`);

    const check = await checkRebuild(db, { mapper, limit: 5 });

    expect(check.differences).toHaveLength(5);
    expect(check).toMatchObject({ differenceCount: 24, tables: { products: 24, skus: 0 } });
  });

  test('counts what the user locked, a program wrote or a revert put back apart from damage', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await importProducts(db, recordsOf(numberedProducts(5)), { observedAt: day(1) });
    const { syncRecord } = await importProducts(db, recordsOf([...numberedProducts(5)].map((each) => ({ ...each, title: '坏数据', skus: [...each.skus!, { skuId: 'new', priceCny: '1' }], images: [] }))), { observedAt: day(2) });
    await revertRun(db, syncRecord.id);
    await lockField(db, '610947000001', 'unit', { value: '条' });
    await products(db).upsert({ offerId: '610947000002', title: '我的标题', subtitle: '我的' });
    await products(db).upsert({ offerId: 'mine', title: '我的商品' });

    const check = await checkRebuild(db, { mapper });

    expect(check).toMatchObject({ differenceCount: 0, differences: [] });
    expect(check.ownValues).toBeGreaterThan(5);
  });

  test('drops the scratch schema that a killed check left behind, and runs alone', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await db.knex.raw('create schema sync1688_rebuild; create table sync1688_rebuild.products (id int)');

    const [one, other] = await Promise.allSettled([checkRebuild(db, { mapper }), checkRebuild(db, { mapper })]);

    expect([one.status, other.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    expect([one, other].find((each) => each.status === 'rejected')?.reason).toMatchObject({ code: 'LOCKED' });
    expect(await valueOf(db, `select count(*)::integer from pg_namespace where nspname = 'sync1688_rebuild'`)).toBe(0);
  });
});

test('whatever was told, in whatever order and however often: the tables equal their own replay', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const lists = fc.sample(versions({ kinds: ['list', 'detail', 'message'], count: 9, pool: 3 }), { numRuns: 60, seed: 1688 });
  const offers = lists.map((list, index) => ofOffer(list, 1_000 + index));
  for (let round = 0; round < 9; round += 1) {
    // A shuffled part of each offer's versions, some of them once more.
    const told = offers.flatMap((list, index) => list.filter((_, at) => (at * 7 + index) % 9 === round || (at * 5 + index) % 9 === round)).toSorted((a, b) => ((a.observedAt.getTime() * 31) % 97) - ((b.observedAt.getTime() * 31) % 97));
    await importProducts(db, recordsOfVersions(told), { batchSize: 40 });
  }

  const check = await checkRebuild(db, { mapper });

  expect(check.differences).toEqual([]);
  expect(check.tellings).toBeGreaterThan(200);
}, 60_000);
