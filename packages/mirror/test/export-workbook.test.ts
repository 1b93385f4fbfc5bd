import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Product } from '@1688/core';
import { exportToFile } from '@1688/mirror';
import { readProducts } from '@1688/sources';
import { expect, test } from 'vitest';
import { writeWorkbook } from '../src/flows/export-workbook.ts';
import { allOf, storePicture, workbookStore } from './workbook-store.ts';

async function productsOf(file: string): Promise<Product[]> {
  const outcomes = await allOf(readProducts(file));
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([]); // SKUs and tiers are passed over
  return outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value.product as Product] : []));
}

/** The names in the directory of the archive. */
async function partsOf(file: string): Promise<string[]> {
  const bytes = await readFile(file);
  const names: string[] = [];
  for (let at = bytes.readUInt32LE(bytes.lastIndexOf('PK\x05\x06') + 16); bytes.readUInt32LE(at) === 0x02014b50;) {
    const end = at + 46 + bytes.readUInt16LE(at + 28);
    names.push(bytes.toString('utf8', at + 46, end));
    at = end + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return names;
}

test.each(['en', 'zh-CN'] as const)('a workbook of products in %s comes back with ids, titles, prices and times as they were', async (language) => {
  await using store = await workbookStore();
  await storePicture(store);
  const file = path.join(store.folder, '商品.xlsx');

  const written = await exportToFile(store.mirror, 'products', file, { format: 'xlsx', language, pictures: true });
  const [dress, cup, ...others] = await productsOf(file);

  expect(written.records).toBe(2);
  expect(dress).toMatchObject({
    offerId: '610947572360123456', title: '夏季新款雪纺连衣裙女 ZOOLAND', priceMinCny: '31.50', priceMaxCny: '35.00', consignPriceCny: '38.1234', minOrderQuantity: 2, unit: '件', stockQuantity: 120, rating: 4.8,
    specifications: { articleNumber: '00071' }, supplier: { sourceId: 'b2b-2217592221256', name: '示例服饰有限公司', province: '浙江', city: '杭州市' },
    images: [{ role: 'main', url: 'https://cbu01.alicdn.com/img/ibank/O1CN01first_!!2208000001-0-cib.jpg' }, { role: 'gallery' }],
    createdAtSource: new Date('2025-12-31T18:00:00Z'), updatedAtSource: new Date('2026-03-01T20:03:04Z'),
  });
  expect(cup).toMatchObject({ offerId: '610947572361', title: '=SUM(1+1) 保温杯', priceMinCny: '9.90' });
  expect(others).toEqual([]); // SKUs and tiers are no products
});

test('the same store gives the same bytes, and a picture stands in the file once', async () => {
  await using store = await workbookStore();
  await storePicture(store);
  const files = ['a.xlsx', 'b.xlsx'].map((name) => path.join(store.folder, name));

  for (const file of files) await exportToFile(store.mirror, 'products', file, { format: 'xlsx', pictures: true });
  const [a, b] = await Promise.all(files.map((file) => readFile(file)));

  expect(a!.equals(b!)).toBe(true);
  expect((await partsOf(files[0]!)).filter((name) => name.startsWith('xl/media/'))).toEqual(['xl/media/1.jpeg']);
});

test('a picture whose file is gone leaves its cell empty', async () => {
  await using store = await workbookStore();
  await storePicture(store);
  for await (const { key } of store.mirror.storage.list('')) await store.mirror.storage.delete(key);
  const file = path.join(store.folder, 'products.xlsx');

  await exportToFile(store.mirror, 'products', file, { format: 'xlsx', pictures: true });

  expect((await partsOf(file)).some((name) => name.includes('media'))).toBe(false);
  expect(await productsOf(file)).toHaveLength(2);
});

test('a table longer than a sheet goes on in another one, headers and all', async () => {
  await using store = await workbookStore();
  const file = path.join(store.folder, 'products.xlsx');

  await writeWorkbook(store.mirror, 'products', file, { rowsPerSheet: 2 });

  expect((await productsOf(file)).map(({ offerId }) => offerId)).toEqual(['610947572360123456', '610947572361']);
  expect((await partsOf(file)).filter((name) => /sheets\/sheet/.test(name))).toHaveLength(5); // two of products, one of skus, two of tiers
});

test('suppliers, pictures and history have workbooks of their own, and nothing is left beside them', async () => {
  await using store = await workbookStore();

  for (const entity of ['suppliers', 'images', 'history']) {
    const file = path.join(store.folder, `${entity}.xlsx`);
    await exportToFile(store.mirror, entity, file, { format: 'xlsx' });

    expect(await partsOf(file)).toContain('xl/worksheets/sheet1.xml');
  }

  expect((await readdir(store.folder)).filter((name) => /parts|partial/.test(name))).toEqual([]);
});
