import { mkdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliStore, tableOf } from './cli-store.ts';

const ownCheck = `export const config = { checks: [{ id: 'no-unit', title: 'Products without a unit', titleZh: '商品缺少计量单位', severity: 'low', kind: 'sql', deep: false, needs: ['products.unit'], scan: null, judge: null, fix: null,
  async *find({ session }) { for await (const { id } of session.stream(session.sql('select id::text from ? where unit is null', [session.named('products')]))) yield { outcome: 'bad', entity: 'products', id, evidence: {}, severity: null, key: { id }, fixable: false }; } }] };
`;

test('a check of the configuration is listed, runs and is reported like ours, also as a page', async () => {
  await using store = await cliStore();
  await store.file('1688sync.config.mjs', ownCheck);
  await store.file('a.csv', tableOf([['610000000001', '连衣裙', '35.00']]));
  await store.run('import', 'a.csv');

  const listed = await store.run('check', '--list', '--lang', 'zh');
  const checked = await store.run('check', '--deep', '--html', 'report.html');
  const json = await store.data<{ findings: object[]; unknown: number; unfinished: string[] }>('check', '--only', 'no-unit');

  expect(listed.stdout).toMatch(/no-unit +sql +商品缺少计量单位/);
  expect([checked.code, checked.stdout]).toEqual([0, expect.stringMatching(/no-unit +1 +Products without a unit/)]);
  expect(json).toMatchObject({ findings: [{ check: 'no-unit', count: 1, seenCount: 2 }], unknown: 0, unfinished: [] });
  expect(await readFile(path.join(store.folder, 'report.html'), 'utf8')).toContain('Products without a unit');
});

test('checks are chosen by scope and budget, and wrong words are said', async () => {
  await using store = await cliStore();

  const sql = await store.data<{ checks: string[] }>('check', '--scope', 'sql', '--since', '2026-01-01');
  const none = await store.run('check', '--budget', '0s');

  expect(sql.checks).toContain('schema-drift');
  expect(sql.checks).not.toContain('object-missing');
  expect([none.code, none.stdout]).toEqual([0, expect.stringContaining('not finished within the budget: schema-drift')]);
  expect((await store.run('check', '--scope', 'pictures')).code).toBe(2);
  expect((await store.run('check', '--budget', 'much')).code).toBe(2);
});

test('pictures that are not mounted are unknown by exit code, never missing, and nothing is mended', async () => {
  await using store = await cliStore();
  const images = path.join(store.folder, 'images');
  await mkdir(path.join(images, 'sha256/aa/bb'), { recursive: true });
  const hash = `aabb${'0'.repeat(60)}`;
  const { knex } = store.database.db;
  await knex.raw("update sync1688.store set picture_store_id = '11111111-1111-4111-8111-111111111111'");
  await knex.raw("insert into sync1688.image_objects (sha256, key, size_bytes, width_px, height_px, format) values (?, ?, 9, 1, 1, 'jpeg')", [hash, `sha256/aa/bb/${hash}.jpg`]);
  await rename(images, `${images}-elsewhere`);

  const checked = await store.run('check');
  const fixed = await store.run('fix', '--apply');

  expect(checked.code).toBe(8);
  expect(checked.stdout).toContain('store-unavailable');
  expect(checked.stdout).not.toMatch(/critical +object-missing/);
  expect(fixed.code).toBe(5);
  const { rows } = await knex.raw<{ rows: object[] }>("select state from sync1688.image_objects");
  expect(rows).toEqual([{ state: 'live' }]);
});
