// needs: libreoffice-calc
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { exportToFile } from '@1688/mirror';
import { expect, test } from 'vitest';
import { workbookStore } from './workbook-store.ts';

test('LibreOffice opens a workbook and shows ids whole, leading zeros, prices, and a title that is no formula', async () => {
  await using store = await workbookStore();
  const file = path.join(store.folder, 'products.xlsx');
  await exportToFile(store.mirror, 'products', file, { format: 'xlsx' });

  execFileSync('libreoffice', [
    `-env:UserInstallation=file://${store.folder}/profile`, '--headless', '--convert-to', 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1', '--outdir', store.folder, file,
  ], { stdio: 'ignore', timeout: 120_000 });
  const sheet = async (name: string): Promise<string> => readFile(path.join(store.folder, `products-${name}.csv`), 'utf8');

  expect(await sheet('products')).toContain('610947572360123456,夏季新款雪纺连衣裙女 ZOOLAND,31.5,35,2,件,120');
  expect(await sheet('products')).toContain('=SUM(1+1) 保温杯');
  expect(await sheet('skus')).toContain('5705677000000000001');
  expect(await sheet('skus')).toContain(',00071');
  expect((await sheet('tiers')).trim().split('\n')).toHaveLength(3);
}, 180_000);
