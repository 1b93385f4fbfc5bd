// needs: chromium fonts-noto-cjk
import { importFile } from '@1688/mirror';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, firstOfferId, openBrowser, overflowing, servedStore, settled, watchedPage, type ServedStore } from '../src/index.ts';

const nasty = '"><script>window.wasRun=1</script><img src=x onerror=window.wasRun=1> {{7*7}} \u202e';
let store: ServedStore;
let browser: Browser;
beforeAll(async () => {
  [store, browser] = await Promise.all([servedStore({ offers: 150 }), openBrowser()]);
  const line = { entity: 'product', offerId: '999', title: nasty, url: 'javascript:alert(1)', supplier: { sourceId: 'x1', name: nasty }, attributes: [{ name: nasty, value: nasty }], skus: [{ skuId: '9991', attributes: [{ name: nasty, value: nasty }] }] };
  await importFile(store.mirror, new TextEncoder().encode(JSON.stringify(line)));
});
afterAll(async () => {
  await browser.close();
  await store[Symbol.asyncDispose]();
});

test('a person finds an offer in Chinese by the keyboard alone and narrows what was found', async () => {
  await using watched = await watchedPage(browser, store.server.url, { link: store.server.openLink() });
  const { page, troubles } = watched;
  await settled(page);

  await page.keyboard.press('/');
  await page.keyboard.type('保温杯');
  await page.keyboard.press('Enter');
  await page.locator('.product-card').first().waitFor();
  const found = await page.locator('.product-card').count();
  await page.getByRole('button', { name: /^浙江/ }).first().click();
  await page.locator('.chip', { hasText: '浙江' }).waitFor();
  await expect.poll(() => page.locator('.product-card').count()).toBeLessThan(found);

  expect(new URL(page.url()).searchParams.get('q')).toBe('保温杯');
  expect(new URL(page.url()).searchParams.get('supplier')).toMatch(/^b2b-/);
  await page.goBack();
  await expect.poll(() => page.locator('.product-card').count()).toBe(found);
  expect(troubles).toEqual([]);
});

test('pictures or a table, cheapest first, page after page', async () => {
  await using watched = await watchedPage(browser, store.server.url, { link: store.server.openLink() });
  const { page, troubles } = watched;
  await page.goto('/products');
  await page.locator('.product-card').first().waitFor();

  await page.getByRole('button', { name: 'Table' }).click();
  await page.locator('.page-head select').selectOption('price');
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(() => page.locator('.data-table tbody tr').count()).toBe(96);
  const prices = await page.locator('.data-table tbody td:nth-child(2)').allInnerTexts();
  const lowest = prices.flatMap((text) => Number(/¥([\d.]+)/.exec(text)?.[1] ?? []));

  expect(lowest).toEqual(lowest.toSorted((a, b) => a - b));
  await page.reload();
  await page.locator('.data-table').waitFor(); // the choice is remembered
  expect(troubles).toEqual([]);
});

test('a product shows pictures, steps, prices over time, its SKUs, what changed, where values come from, and the same goods', async () => {
  await using watched = await watchedPage(browser, store.server.url, { link: store.server.openLink() });
  const { page, troubles } = watched;
  await page.goto(`/products/${firstOfferId + 5}`);
  await page.locator('.plot-line-1').waitFor();

  expect(await page.locator('.tier-steps li').allInnerTexts()).toHaveLength(3);
  await page.locator('.plot-ground').focus();
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('ArrowRight');
  expect(await page.locator('.plot-reading').innerText()).toContain('lowest: ¥');
  await page.getByRole('button', { name: 'Stock', exact: true }).click();
  await page.locator('.plot-name', { hasText: 'Stock' }).waitFor();
  await page.locator('.changes li').first().waitFor();
  await page.locator('.same-goods li').first().waitFor();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.locator('.data-table code', { hasText: 'priceMinCny' }).first().waitFor();
  await page.getByRole('button', { name: 'Enlarge picture 1' }).click();
  await page.locator('dialog .picture img').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press('ArrowRight');
  await page.locator('dialog h2', { hasText: 'Picture 2' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });

  expect(troubles).toEqual([]);
});

test('an operator removes a product and brings it back; the token of the session goes with it', async () => {
  await using watched = await watchedPage(browser, store.server.url, { link: store.server.openLink(), locale: 'zh-CN' });
  const { page, troubles } = watched;
  await page.goto(`/products/${firstOfferId + 7}`);

  await page.getByRole('button', { name: '移除' }).click();
  await page.locator('dialog').getByRole('button', { name: '移除' }).click();
  await page.locator('.toast', { hasText: '商品已移除' }).waitFor();

  await page.getByRole('button', { name: '恢复' }).click();
  await page.locator('.toast', { hasText: '商品已恢复' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: '移除' }).waitFor();

  expect(troubles).toEqual([]);
});

test('what a seller wrote is text, and no link leads to a script', async () => {
  await using watched = await watchedPage(browser, store.server.url, { link: store.server.openLink(), widthPx: 390 });
  const { page, troubles } = watched;
  for (const address of ['/products/999', '/suppliers/x1', `/products?q=${encodeURIComponent(nasty)}`, '/products?view=table']) {
    await page.goto(address);
    await settled(page);

    expect(await page.locator('[href^="javascript"], main script, main [onerror]').count()).toBe(0);
    expect(await overflowing(page)).toEqual([]);
  }
  expect(await page.evaluate('window.wasRun')).toBeUndefined();
  expect(troubles).toEqual([]);
});

test('language and colours are switched and remembered, and signing out leads to the way in', async () => {
  await using watched = await watchedPage(browser, store.server.url, { link: store.server.openLink() });
  const { page, troubles } = watched;
  await settled(page);

  await page.getByRole('button', { name: '中文' }).click();
  await page.locator('h1', { hasText: '概览' }).waitFor();
  for (const _ of [1, 2]) await page.getByRole('button', { name: /^配色/ }).click();
  await page.reload();
  await page.locator('h1', { hasText: '概览' }).waitFor();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.getByRole('button', { name: '退出' }).click();
  await page.locator('h1', { hasText: '请打开服务器给出的链接' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.locator('input[type=password]').fill('1688_wrong');
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('alert').waitFor();
  await page.locator('input[type=password]').fill(store.key);
  await page.getByRole('button', { name: '登录' }).click();
  await page.locator('h1', { hasText: '概览' }).waitFor();

  expect(troubles.filter((each) => !each.includes('401'))).toEqual([]);
});

test('a server that is gone is said so, with a way to try again', async () => {
  await using watched = await watchedPage(browser, store.server.url, { link: store.server.openLink() });
  const { page, context } = watched;
  await settled(page);

  await context.setOffline(true);
  await page.getByRole('link', { name: 'Products', exact: true }).click();
  await page.getByRole('alert').or(page.locator('.failure')).first().waitFor();
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).first().click();

  await page.locator('.product-card').first().waitFor();
});
