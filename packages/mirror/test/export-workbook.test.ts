import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Product, ProductUpdate } from '@1688/core';
import { exportToFile } from '@1688/mirror';
import { readProducts } from '@1688/sources';
import { expect, test } from 'vitest';
import { workbookStore } from './workbook-store.ts';

test('a workbook of products comes back with ids, titles, prices and times as they were', async () => {
  await using store = await workbookStore();
  const file = path.join(store.folder, '商品.xlsx');

  const written = await exportToFile(store.mirror, 'products', file, { format: 'xlsx', language: 'zh-CN' });
  const products: ProductUpdate[] = [];
  for await (const outcome of readProducts(file, { profile: 'table' })) if (outcome.ok) products.push(outcome.value.product);
  const [dress, cup] = products as Product[];

  expect(written.records).toBe(2);
  expect(dress).toMatchObject({
    offerId: '610947572360123456', title: '夏季新款雪纺连衣裙女 ZOOLAND', priceMinCny: '31.50', priceMaxCny: '35.00', minOrderQuantity: 2, unit: '件', stockQuantity: 120,
    supplier: { name: '示例服饰有限公司' }, images: [{ role: 'main', url: 'https://cbu01.alicdn.com/img/ibank/O1CN01first_!!2208000001-0-cib.jpg' }],
  });
  expect(cup).toMatchObject({ offerId: '610947572361', title: '=SUM(1+1) 保温杯', priceMinCny: '9.90' });
});

test('a workbook appears whole or not at all, and needs a file', async () => {
  await using store = await workbookStore();
  const file = path.join(store.folder, 'none', '商品.xlsx');

  await expect(exportToFile(store.mirror, 'products', file, { format: 'xlsx' })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  await expect(exportToFile(store.mirror, 'suppliers', path.join(store.folder, 's.xlsx'), { format: 'xlsx', pictures: true })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });

  expect((await readdir(store.folder)).filter((name) => name.includes('xlsx'))).toEqual([]);
});

test('suppliers, pictures and history have workbooks of their own', async () => {
  await using store = await workbookStore();

  for (const entity of ['suppliers', 'images', 'history']) {
    const file = path.join(store.folder, `${entity}.xlsx`);
    await exportToFile(store.mirror, entity, file, { format: 'xlsx' });

    expect((await readFile(file)).subarray(0, 2).toString()).toBe('PK');
  }
});
