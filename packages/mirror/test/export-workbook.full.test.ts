// needs: libreoffice-calc poppler-utils
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { exportToFile } from '@1688/mirror';
import { expect, test } from 'vitest';
import { storePicture, workbookStore, type WorkbookStore } from './workbook-store.ts';

function convert({ folder }: WorkbookStore, file: string, to: string, ...options: string[]): void {
  execFileSync('libreoffice', [`-env:UserInstallation=file://${folder}/profile`, '--headless', ...options, '--convert-to', to, '--outdir', folder, file], { stdio: 'ignore', timeout: 120_000 });
}

/** Every sheet as CSV in UTF-8: the values, numbers without their formats. */
const sheetsAsCsv = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1';

test('LibreOffice opens a workbook and shows ids whole, leading zeros, prices, times, links, and a title that is no formula', async () => {
  await using store = await workbookStore();
  const file = path.join(store.folder, 'products.xlsx');
  await exportToFile(store.mirror, 'products', file, { format: 'xlsx' });

  convert(store, file, sheetsAsCsv);
  const sheet = async (name: string): Promise<string> => readFile(path.join(store.folder, `products-${name}.csv`), 'utf8');

  expect(await sheet('products')).toContain('610947572360123456,夏季新款雪纺连衣裙女 ZOOLAND,Chiffon dress,一件代发,31.5,35,38.1234,,2,件,120,7,');
  expect(await sheet('products')).toContain(',00071,,1031910,连衣裙,');
  expect(await sheet('products')).toContain('https://detail.1688.com/offer/610947572360.html');
  expect(await sheet('products')).toContain(',2026-01-01 02:00:00,2026-03-02 04:03:04');
  expect(await sheet('products')).toContain('610947572361,=SUM(1+1) 保温杯,');
  expect(await sheet('skus')).toContain('610947572360123456,夏季新款雪纺连衣裙女 ZOOLAND,5705677000000000001,,颜色:红色,35,,,7,,00071,');
  expect((await sheet('tiers')).trim().split('\n')).toEqual(['offerId,skuId,minQuantity,priceCny', '610947572360123456,,2,35', '610947572360123456,,100,31.5']);
}, 180_000);

test('LibreOffice shows the picture of a product, once, and none for the product without', async () => {
  await using store = await workbookStore();
  await storePicture(store);
  const file = path.join(store.folder, 'products.xlsx');
  await exportToFile(store.mirror, 'products', file, { format: 'xlsx', pictures: true });

  convert(store, file, 'pdf');
  const pictures = execFileSync('pdfimages', ['-list', path.join(store.folder, 'products.pdf')], { encoding: 'utf8' }).trim().split('\n').slice(2);

  expect(pictures).toHaveLength(1);
  expect(pictures[0]).toMatch(/^\s*1\s+0\s+image\s/); // on the first page
}, 180_000);

test('a spreadsheet reads CSV for Excel with ids as text', async () => {
  await using store = await workbookStore();
  const file = path.join(store.folder, 'excel.csv');
  await exportToFile(store.mirror, 'products', file, { format: 'csv', excel: true });

  convert(store, file, 'html', '--infilter=Text - txt - csv (StarCalc):44,34,76,1');
  const html = await readFile(path.join(store.folder, 'excel.html'), 'utf8');

  expect(html).toContain('610947572360123456');
  expect(html).toContain('夏季新款雪纺连衣裙女 ZOOLAND');
  expect(html).toContain('>00071<');
}, 180_000);
