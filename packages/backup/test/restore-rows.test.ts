import { memoryBackend, type StorageBackend } from '@1688/storage';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareRestore, createBackup, planRestore, restoreRows, type BackupTarget, type RestorePlan } from '../src/index.ts';
import { addPictures, addProducts, bytesOf, collected, values, type Picture } from './fixture.ts';

let database: TestDatabase;
let target: BackupTarget;
let repository: StorageBackend;
let pictures: Picture[];

const run = (sql: string): Promise<unknown> => database.db.knex.raw(sql.replaceAll('$', 'sync1688.'));
const count = async (table: string, where = 'true'): Promise<number> => (await values<{ n: number }>(database.db, `select count(*)::int as n from sync1688.${table} where ${where}`))[0]?.n ?? 0;
const plan = (): Promise<RestorePlan> => planRestore(target, { repository, name: 'nightly' });

beforeEach(async () => {
  database = await testDatabase();
  target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  repository = memoryBackend();
  await run(`insert into $suppliers (source_id, name) values ('b2b-1', '杭州云裳服饰有限公司'), ('b2b-2', '义乌小商品')`);
  await addProducts(database.db, 1, 20);
  pictures = await addPictures(database.db, target.files, 1, 2);
  await run(`update $products set supplier_id = case when id <= 5 then 1 else 2 end`);
  await run(`insert into $skus (product_id, source_id, position) select id, 'sku-' || id || '-' || n, n from $products, generate_series(1, 2) as n`);
  await run(`insert into $product_images (product_id, url, canonical_url, role, position, state, sha256) values (3, 'https://cbu01.alicdn.com/img/ibank/1.jpg', 'https://cbu01.alicdn.com/img/ibank/1.jpg', 'main', 0, 'stored', '${pictures[0]?.sha256}')`);
  await createBackup(target, { repository, name: 'nightly' });
});

afterEach(() => database[Symbol.asyncDispose]());

describe('restoreRows', () => {
  test('one product comes back with its SKUs and picture, and nothing else changes', async () => {
    await run(`delete from $product_images; delete from $skus where product_id in (3, 4); delete from $products where id in (3, 4); update $products set title = '新的' where id = 7`);
    await target.files.delete(pictures[0]?.key ?? '');

    const result = await restoreRows(await plan(), { select: [{ table: 'products', column: 'source_id', values: ['610947572003'] }] });

    expect(result).toMatchObject({ mode: 'missing-only', images: 1 });
    expect(result.tables.filter((each) => each.written > 0).map((each) => [each.table, each.written])).toEqual(expect.arrayContaining([['products', 1], ['skus', 2], ['product_images', 1]]));
    expect([await count('products'), await count('skus', 'product_id = 3'), await count('products', `title = '新的'`), await count('products', 'id = 4')]).toEqual([19, 2, 1, 0]);
    expect(await bytesOf(target.files, pictures[0]?.key ?? '')).toEqual(pictures[0]?.bytes);
  });

  test('a supplier brings its products along, and a product the supplier that it needs', async () => {
    await run(`delete from $product_images; delete from $skus; delete from $products; delete from $suppliers`);

    await restoreRows(await plan(), { select: [{ table: 'products', column: 'source_id', values: ['610947572009'] }] });
    expect([await count('suppliers'), await count('products'), await count('skus')]).toEqual([1, 1, 2]);

    await restoreRows(await plan(), { select: [{ table: 'suppliers', column: 'source_id', values: ['b2b-1'] }] });
    expect([await count('suppliers'), await count('products'), await count('skus')]).toEqual([2, 6, 12]);
  });

  test('overwrite takes the values of the backup, missing-only and report leave them', async () => {
    await run(`update $products set title = '改了' where id in (1, 2)`);
    const select = [{ table: 'products', column: 'id', values: ['1'] }];
    const restore = await plan();

    expect((await restoreRows(restore, { select, mode: 'report' })).tables.find((each) => each.table === 'products')).toEqual({ table: 'products', selected: 1, missing: 0, different: 1, written: 0 });
    expect((await restoreRows(restore, { select })).rows).toBe(0);
    expect(await count('products', `title = '改了'`)).toBe(2);
    expect((await restoreRows(restore, { select, mode: 'overwrite' })).rows).toBe(1);
    expect(await count('products', `title = '改了'`)).toBe(1);
    expect((await restoreRows(restore, { select, mode: 'overwrite' })).rows).toBe(0);
  });

  test('a table as a whole comes without what refers to it; the next new row gets a number of its own', async () => {
    await run(`delete from $product_images; delete from $skus; delete from $products where id > 10`);

    await restoreRows(await plan(), { select: [{ table: 'products' }] });

    expect([await count('products'), await count('skus')]).toEqual([20, 0]);
    await addProducts(database.db, 21, 21);
    expect(await count('products', 'id = 21')).toBe(1);
  });

  test('rows whose offer was imported anew are refused, and nothing is written', async () => {
    await run(`delete from $product_images; delete from $skus; delete from $products where id in (1, 2)`);
    await addProducts(database.db, 2, 2);

    await expect(restoreRows(await plan(), { select: [{ table: 'products' }] })).rejects.toMatchObject({ code: 'RESTORE_TARGET', message: expect.stringContaining('1 whose unique values') });

    expect(await count('products')).toBe(19);
  });

  test('the epoch rises with what was written, and unknown tables are told', async () => {
    await run(`delete from $skus where id = 1`);
    const restore = await plan();

    await expect(restoreRows(restore, { select: [{ table: 'nothing' }] })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await restoreRows(restore, { select: [{ table: 'skus' }] });

    expect(await values(database.db, 'select epoch from sync1688.store')).toEqual([{ epoch: '2' }]);
  });
});

test('compareRestore names the rows that differ and in which columns', async () => {
  await run(`update $products set title = '改了', price_min = 2 where id = 2; delete from $skus where product_id = 9; insert into $suppliers (source_id) values ('b2b-3')`);

  const rows = await collected(compareRestore(await plan(), { limit: 5 }));

  expect(rows).toContainEqual({ table: 'products', kind: 'changed', key: { id: '2' }, columns: expect.arrayContaining(['title', 'price_min']) });
  expect(rows.filter((each) => each.table === 'skus').map((each) => each.kind)).toEqual(['onlyBackup', 'onlyBackup']);
  expect(rows).toContainEqual({ table: 'suppliers', kind: 'onlyLive', key: { id: '3' }, columns: [] });
});
