import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliStore, tableOf, type CliStore } from './cli-store.ts';

let store: CliStore;
const offers = ['610947000001', '610947000002', '610947000003'] as const;

beforeAll(async () => {
  store = await cliStore();
  await store.file('offers.csv', tableOf(offers.map((id, n) => [id, `连衣裙 ${n}`, '30'])));
  await store.run('import', 'offers.csv');
});
afterAll(() => store[Symbol.asyncDispose]());

test('backups go stale with time, and say so with exit 3', async () => {
  const empty = await store.run('backup', 'health');
  await store.run('backup', 'create', '--name', 'nightly', '--tag', 'monthly');
  await store.run('backup', 'verify', 'nightly', '--level', 'drill');
  const healthy = await store.run('backup', 'health', '--max-drill-age', '1h');
  const list = await store.data<{ items: { name: string; tags: string[]; verifiedLevel: string }[] }>('backup', 'list');

  expect([empty.code, healthy.code]).toEqual([3, 0]);
  expect(empty.stdout).toContain('never');
  expect(list.items).toMatchObject([{ name: 'nightly', tags: ['monthly'], verifiedLevel: 'drill' }]);
});

test('one offer comes back by its id, and the data before is backed up', async () => {
  const [offer] = offers;
  await store.database.db.knex.raw(`delete from sync1688.price_tiers; delete from sync1688.skus; delete from sync1688.products where source_id = '${offer}'`);

  const report = await store.data<{ rows: number; tables: { table: string; missing: number }[] }>('backup', 'restore', 'nightly', '--products', offer, '--policy', 'report');
  const refused = await store.run('backup', 'restore', 'nightly', '--products', offer, '--policy', 'overwrite');
  const restored = await store.data<{ rows: number; safetyBackup: string }>('backup', 'restore', 'nightly', '--products', offer);
  const shown = await store.run('product', 'get', offer);

  expect(report.rows).toBe(0);
  expect(report.tables.find((each) => each.table === 'products')?.missing).toBe(1);
  expect(refused.code).toBe(5);
  expect(restored.rows).toBeGreaterThan(0);
  expect(restored.safetyBackup).toMatch(/^before-/);
  expect(shown.code).toBe(0);
});

test('a restore is compared, switched after a safety backup when its id is typed, and undone', async () => {
  await store.database.db.knex.raw(`update sync1688.products set title = '改了' where source_id = ?`, [offers[1]]);
  const { id } = await store.data<{ id: string }>('backup', 'restore', 'nightly');

  const compared = await store.data<{ rows: { table: string; columns: string[] }[] }>('backup', 'compare', id, '--table', 'products');
  const unconfirmed = await Promise.all([['--yes'], ['--yes', '--confirm', 'nightly'], []].map((flags) => store.run('backup', 'switch', id, ...flags)));
  const switched = await store.data<{ safetyBackup: string | null }>('backup', 'switch', id, '--yes', '--confirm', id);
  const undone = await store.run('backup', 'undo', id);

  expect(compared.rows.some((each) => each.table === 'products' && each.columns.includes('title'))).toBe(true);
  expect(unconfirmed.map((each) => each.code)).toEqual([5, 5, 5]);
  expect(switched.safetyBackup).toContain(id);
  expect(undone.code).toBe(0);
});

test('prune tells truly what it would remove; what is tagged stays', async () => {
  await store.run('backup', 'create', '--name', 'newest');

  const told = await store.data<{ removed: { name: string }[] }>('backup', 'prune', '--keep-last', '1', '--keep-tag', 'monthly', '--grace-hours', '0', '--dry-run');
  const done = await store.data<{ removed: { name: string }[] }>('backup', 'prune', '--keep-last', '1', '--keep-tag', 'monthly', '--grace-hours', '0');
  const list = await store.data<{ items: { name: string }[] }>('backup', 'list');

  expect(done.removed).toEqual(told.removed);
  expect(list.items.map((each) => each.name)).toEqual(expect.arrayContaining(['nightly', 'newest']));
  expect(list.items.every((each) => !done.removed.some(({ name }) => name === each.name))).toBe(true);
});

test('with a key the backups are encrypted, and the key is never shown', async () => {
  const made = await store.run('backup', 'key', '-o', 'backup.key');
  await using secret = await cliStore({ BACKUP_KEY_FILE: `${store.folder}/backup.key` });
  await secret.run('import', `${store.folder}/offers.csv`);
  const created = await secret.run('backup', 'create', '--name', 'secret');
  const config = await secret.run('config', '--json');

  expect(made.code).toBe(0);
  expect(made.stdout).toContain('age1');
  expect([made, created, config].every(({ stdout, stderr }) => !`${stdout}${stderr}`.includes('AGE-SECRET-KEY'))).toBe(true);
  expect(created.code).toBe(0);
  expect((await secret.run('backup', 'verify', 'secret')).code).toBe(0);
  expect((await store.run('backup', 'key', '-o', 'backup.key')).code).not.toBe(0);
});
