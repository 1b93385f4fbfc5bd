import { existsSync } from 'node:fs';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliStore, tableOf } from './cli-store.ts';

test('maintain deletes what is old, and reports tables, indexes and advice in both languages', async () => {
  await using store = await cliStore();
  await store.file('a.csv', tableOf([['610000000001', '连衣裙', '35.00'], ['', '没有编号', '1']]));
  await store.run('import', 'a.csv');
  const { knex } = store.database.db;
  await knex.raw(`insert into sync1688.sync_records (kind, status, finished_at) select 'images', 'completed', now() - interval '100 days' from generate_series(1, 3)`);
  await knex.raw(`update sync1688.sync_rejects set replayed_at = now() - interval '100 days'`);
  await knex.raw('create index again on sync1688.products (supplier_id, id)');

  const planned = await store.data<object>('maintain', '--dry-run');
  const done = await store.data<object>('maintain', '--optimize');
  const english = await store.run('maintain');
  const chinese = await store.run('maintain', '--lang', 'zh');

  expect(planned).toMatchObject({ deleted: { syncRecords: 3, rejects: 1 } });
  expect(done).toMatchObject({
    deleted: { syncRecords: 3, rejects: 1 }, interrupted: [], slowQueries: null, health: { pool: { max: 3 }, replication: { role: 'primary' } },
    tables: expect.arrayContaining([expect.objectContaining({ table: 'products', rows: expect.any(Number), bloatBytes: expect.any(Number) })]),
    indexes: expect.arrayContaining([expect.objectContaining({ index: 'again', duplicateOf: 'products_supplier' })]),
    advice: expect.arrayContaining([expect.objectContaining({ kind: 'index-duplicate', subject: 'again' })]),
  });
  expect(english.stdout).toMatch(/0 old runs[\s\S]*Dead rows[\s\S]*drop index concurrently "sync1688"\."again"/);
  expect(chinese.stdout).toMatch(/已删除旧同步记录 0 条[\s\S]*死行[\s\S]*索引与另一个重复/);
  expect((await store.run('maintain', '--keep-days', '-1')).code).toBe(2);
});

test('maintain empties the trash of fixes for good, but only of what has lain there long', async () => {
  await using store = await cliStore();
  const [old, young, others] = ['trash/3/sha256/aa', 'trash/4/sha256/bb', 'trash/images/cc'].map((key) => path.join(store.folder, 'images', key)) as [string, string, string];
  for (const file of [old, young, others]) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, 'bytes');
  }
  const longAgo = new Date(Date.now() - 31 * 86_400_000);
  for (const file of [old, others]) await utimes(file, longAgo, longAgo);

  const planned = await store.data<{ deleted: object }>('maintain', '--dry-run');
  const kept = existsSync(old);
  const done = await store.run('maintain');

  expect(planned.deleted).toMatchObject({ trashObjects: 1, trashBytes: 5 });
  expect(done.stdout).toContain('1 files that fixes had moved to the trash deleted for good (5 B)');
  expect([kept, existsSync(old), existsSync(young), existsSync(others)]).toEqual([true, false, true, true]);
});

test('migrate status, down, up and check go through their whole circle', async () => {
  await using store = await cliStore();
  const refused = await store.run('migrate', 'down');
  const checked = await store.run('migrate', 'check');
  await store.database.db.knex.raw('drop index sync1688.products_sold');
  const differing = await store.run('migrate', 'check');
  const json = await store.data<object>('migrate', 'check');
  for (let applied = await store.data<{ applied: unknown[] }>('migrate', 'status'); applied.applied.length > 0;) applied = await store.data('migrate', 'down', '--yes', '--confirm', 'down');
  const empty = await store.run('migrate', 'check');
  const down = await store.data<{ applied: unknown[]; pending: string[] }>('migrate', 'status');

  const up = await store.data<{ applied: { name: string }[]; pending: string[] }>('migrate');

  expect([refused.code, checked.code, differing.code, empty.code]).toEqual([5, 0, 3, 7]);
  expect(checked.stdout).toMatch(/compared: 0 differences/);
  expect(differing.stdout).toMatch(/missing +index +products_sold/);
  expect(json).toMatchObject({ differences: [{ problem: 'missing', kind: 'index', name: 'products_sold' }], pending: [] });
  expect(down).toMatchObject({ applied: [], pending: up.applied.map((each) => each.name) });
  expect(up.pending).toEqual([]);
  expect((await store.run('migrate', 'sideways')).code).toBe(2);
  expect((await store.run('migrate', 'status', 'more')).code).toBe(2);
}, 180_000);

test('migrate new writes a migration to fill in, numbered behind ours', async () => {
  await using store = await cliStore();

  const { file } = await store.data<{ file: string }>('migrate', 'new', 'add-brand');
  const second = await store.data<{ file: string }>('migrate', 'new', 'drop-brand');

  expect([file, second.file].map((each) => path.relative(store.folder, each))).toEqual(['migrations/9001-add-brand.ts', 'migrations/9002-drop-brand.ts']);
  expect(await readFile(file, 'utf8')).toContain("export const addBrand: Migration = {\n  name: '9001-add-brand',");
  expect((await store.run('migrate', 'new')).code).toBe(2);
});
