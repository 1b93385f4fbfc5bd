import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fieldOfHeader, headerNames } from './table-headers.ts';

test.each([
  ['商品ID', 'offerId'], ['offer_id', 'offerId'], ['Offer ID*', 'offerId'], ['商品标题', 'title'], ['价格（元）', 'price'], ['价格(CNY)', 'price'], [' 起批量 ', 'minOrderQuantity'], ['ＭＯＱ', 'minOrderQuantity'],
  ['图片链接', 'images'], ['image_urls', 'images'], ['"店铺名称"', 'supplierName'], ['成交量', 'soldQuantity'], ['采集时间', 'observedAt'], ['备注', null], ['', null], ['constructor', null],
])('%j is %s', (header, field) => {
  expect(fieldOfHeader(header)).toBe(field);
});

test('no header names two fields', () => {
  const names = Object.values(headerNames).flat();

  expect(names.length).toBe(new Set(names).size);
});

test('every field stands in the README', async () => {
  const readme = (await readFile(new URL('../../README.md', import.meta.url), 'utf8')).toLowerCase();

  for (const [field, names] of Object.entries(headerNames)) expect(readme, field).toContain(names[0]);
});
