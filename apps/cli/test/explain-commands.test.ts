import { expect, test } from 'vitest';
import { cliStore, tableOf } from './cli-store.ts';

const [offer, other, made] = ['610947572360', '610947572361', '610947572362'] as const;

test('a value names its document, a run shows what it did and is taken back once, and the tables equal their documents', async () => {
  await using store = await cliStore();
  await store.file('good.csv', tableOf([[offer, '夏季雪纺连衣裙', '35.00'], [other, '真丝围巾', '12.50']]));
  await store.file('bad.csv', tableOf([[offer, '夏季雪纺连衣裙', '3.50'], [other, '真丝围巾', '1.25'], [made, '加厚羽绒服', '9.90']]));
  await store.file('later.csv', tableOf([[other, '真丝围巾', '11.80']]));
  for (const name of ['good.csv', 'bad.csv', 'later.csv']) await store.run('import', `${store.folder}/${name}`);

  const explained = await store.run('product', 'explain', offer, 'priceMinCny', '--lang', 'zh');
  const diff = await store.data('sync', 'diff', '2');
  const planned = await store.data('sync', 'revert', '2', '--dry-run');
  const reverted = await store.run('sync', 'revert', '2');
  const again = await store.run('sync', 'revert', '2');
  const checked = await store.run('rebuild', '--check', '--json');
  const remapped = await store.data('remap', '--all');

  expect(explained.stdout).toMatch(/来自\s+文档[^]*\/价格\s+"3\.50"/);
  expect(diff).toMatchObject({ runId: '2', revertedBy: null, kinds: { 'product created': 1, 'product updated': 2 }, fields: { priceMinCny: 2, priceMaxCny: 2 } });
  expect(planned).toMatchObject({ syncRecord: null, products: 1, values: 2, removed: 1, keptCount: 2 });
  expect([reverted.code, again.code]).toEqual([0, 5]);
  expect(await store.data('product', 'get', offer)).toMatchObject({ priceMinCny: '35.00' });
  expect(await store.data('product', 'get', other)).toMatchObject({ priceMinCny: '11.80' });
  expect((await store.run('product', 'get', made)).code).toBe(7);
  expect(checked.code).toBe(0);
  expect(JSON.parse(checked.stdout)).toMatchObject({ schema: 'rebuild@1', data: { tellings: 6, differenceCount: 0 } });
  expect(remapped).toMatchObject({ products: 3, documents: 6, changed: 0 });

  await store.database.db.knex.raw(`update sync1688.products set price_min = 99 where source_id = '${other}'`);
  const damaged = await store.run('rebuild', '--check');

  expect(damaged.code).toBe(3);
  expect(damaged.stdout).toMatch(/products\s+610947572361\s+priceMinCny\s+99\s+11\.8/);
  expect((await store.run('rebuild')).code).toBe(2);
}, 60_000);
