// needs: chromium fonts-noto-cjk
import { readFile } from 'node:fs/promises';
import { getProduct } from '@1688/mirror';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeWorkbook, makeZip } from '../../../packages/sources/test/workbook.ts';
import { accessibilityFaults, firstOfferId, openBrowser, overflowing, servedStore, settled, toGb18030, watchedPage, zipParts, type ServedStore } from '../src/index.ts';

const shots = process.env['SHOTS'];
let store: ServedStore;
let browser: Browser;
beforeAll(async () => {
  [store, browser] = await Promise.all([servedStore({ offers: 30 }), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await store[Symbol.asyncDispose]();
});

const drop = (page: Page, name: string, buffer: Buffer) => page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
const shoot = async (page: Page, name: string): Promise<void> => {
  if (shots !== undefined) await page.screenshot({ path: `${shots}/work-${name}.png`, fullPage: true });
  expect(await overflowing(page)).toEqual([]);
};

test('a GB18030 table is recognised, a column corrected, and its rows become products', async () => {
  await using watched = await watchedPage(browser, store.server.url, { locale: 'zh-CN', link: store.server.openLink() });
  const { page, troubles } = watched;
  await page.goto('/import');
  await settled(page);

  await drop(page, '商品.csv', toGb18030('商品ID,商品标题,价格,余数\n700000000001,春秋针织开衫,66.00,12\n700000000002,法式碎花裙,59.90,7\n'));
  await page.locator('td', { hasText: '春秋针织开衫' }).waitFor();
  const [encoding] = await page.locator('.import-read select').first().locator('option').allInnerTexts();
  await page.locator('.import-columns label', { hasText: '余数' }).locator('select').selectOption('stockQuantity');
  await page.locator('.import-columns label:not(.unknown)', { hasText: '余数' }).waitFor();
  await shoot(page, 'preview');
  const faults = await accessibilityFaults(page);
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await page.locator('.figure-good dd', { hasText: '2' }).waitFor();
  await page.getByText('所有行都已导入').waitFor();

  expect(encoding).toContain('gb18030');
  expect(await getProduct(store.mirror, '700000000001')).toMatchObject({ title: '春秋针织开衫', priceMinCny: '66.00', stockQuantity: 12 });
  expect(faults).toEqual([]);
  expect(troubles).toEqual([]);
});

test('an XLSX whose ids became 6.1E+11 goes through to mended rows, also out of a ZIP archive and on a phone', async () => {
  await using watched = await watchedPage(browser, store.server.url, { widthPx: 390, link: store.server.openLink() });
  const { page, troubles } = watched;
  const workbook = { 商品: [['商品ID', '商品标题', '价格'], ['6.1E+11', '毛衣', '20.00'], ['700000000010', '雨伞', '9.90']] };
  await page.goto('/import');
  await settled(page);

  await drop(page, '商品.xlsx', makeWorkbook(workbook));
  await page.locator('.badge-bad', { hasText: 'rejected' }).waitFor();
  await shoot(page, 'rejected-phone');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.locator('.figure-bad dd', { hasText: '1' }).waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download as XLSX' }).click()]);
  await shoot(page, 'outcome-phone');
  const parts = zipParts(await readFile(await download.path()));
  const mended = Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, text.replaceAll('6.1E+11', '700000000011')]));
  await page.getByRole('button', { name: 'Drop the mended file' }).click();
  await drop(page, 'mended.xlsx', makeZip(mended));
  await page.locator('td', { hasText: '毛衣' }).waitFor();
  await page.locator('.badge-good', { hasText: 'All of these rows fit' }).waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('Every row was taken.').waitFor();

  expect(Object.values(parts).some((text) => text.includes('6.1E+11'))).toBe(true);
  expect(await getProduct(store.mirror, '700000000011')).toMatchObject({ title: '毛衣', priceMinCny: '20.00' });
  await page.getByRole('button', { name: 'Another file' }).click();
  await drop(page, '货源.zip', makeZip({ '说明.md': '请勿修改', '商品.csv': '商品ID,商品标题\n700000000020,花瓶\n' }));
  await page.locator('td', { hasText: '花瓶' }).waitFor();
  expect(troubles).toEqual([]);
});

test('a run is taken back after it was counted', async () => {
  await using watched = await watchedPage(browser, store.server.url, { link: store.server.openLink() });
  const { page, troubles } = watched;
  const before = await getProduct(store.mirror, String(firstOfferId + 5));
  await page.goto('/runs/3');
  await settled(page);

  await page.getByRole('button', { name: 'Take back …' }).click();
  await page.getByRole('button', { name: 'Count', exact: true }).click();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('Taken back.').waitFor();
  await page.getByRole('link', { name: 'To that run' }).click();
  await settled(page);

  expect((await getProduct(store.mirror, String(firstOfferId + 5))).priceMinCny).not.toBe(before.priceMinCny);
  expect(troubles).toEqual([]);
});

test('changes appear by themselves', async () => {
  await using watched = await watchedPage(browser, store.server.url, { link: store.server.openLink() });
  const { page, troubles } = watched;
  await page.goto('/changes');
  await settled(page);
  await page.locator('.badge-good', { hasText: 'live' }).waitFor();

  const { id } = await (await fetch(`${store.server.url}/api/v1/uploads?name=live.csv`, { method: 'POST', body: '商品ID,商品标题\n700000000030,现场上新\n', headers: { authorization: `Bearer ${store.key}` } })).json() as { id: string };
  await fetch(`${store.server.url}/api/v1/imports`, { method: 'POST', body: JSON.stringify({ uploadId: id }), headers: { authorization: `Bearer ${store.key}`, 'content-type': 'application/json' } });

  await page.getByRole('link', { name: '700000000030' }).waitFor();
  expect(troubles).toEqual([]);
});
