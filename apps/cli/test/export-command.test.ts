import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliStore, tableOf } from './cli-store.ts';

test('export writes lines to standard output, with -o - too, and says nothing else there', async () => {
  await using store = await cliStore();
  await store.file('offers.csv', tableOf([['610947572360', '雪纺连衣裙', '31.50'], ['610947572361', '=保温杯', '9.90']]));
  await store.run('import', 'offers.csv');

  const plain = await store.run('export', 'products', '--sorted');
  const dash = await store.run('export', 'products', '--sorted', '-o', '-');
  const excel = await store.run('--lang', 'zh', 'export', 'products', '--format', 'csv', '--excel');

  expect(plain.stdout.trim().split('\n').map((line) => (JSON.parse(line) as { offerId: string }).offerId)).toEqual(['610947572360', '610947572361']);
  expect(dash.stdout).toBe(plain.stdout);
  expect(excel.stdout).toMatch(/^\uFEFF商品ID,商品标题,.*\r\n"=""610947572360""",雪纺连衣裙,.*\r\n"=""610947572361""",'=保温杯,.*\r\n$/);
});

test('export writes a workbook to a file only', async () => {
  await using store = await cliStore();

  const refused = await store.run('export', 'products', '--format', 'xlsx');
  const written = await store.data<{ file: string; records: number }>('export', 'products', '--format', 'xlsx', '-o', '商品.xlsx');

  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('-o FILE');
  expect(written).toEqual({ file: path.join(store.folder, '商品.xlsx'), records: 0 });
  expect((await readFile(written.file)).subarray(0, 2).toString()).toBe('PK');
});
