// needs: chromium fonts-noto-cjk
import { getProduct } from '@1688/mirror';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, firstOfferId, openBrowser, overflowing, servedStore, settled, watchedPage, type ServedStore } from '../src/index.ts';

const shots = process.env['SHOTS'];
const offer = String(firstOfferId + 1);
let store: ServedStore;
let browser: Browser;
beforeAll(async () => {
  [store, browser] = await Promise.all([servedStore({ offers: 30 }), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await store[Symbol.asyncDispose]();
});

const shoot = async (page: Page, name: string): Promise<void> => {
  if (shots !== undefined) await page.screenshot({ path: `${shots}/safety-${name}.png`, fullPage: true });
  expect(await overflowing(page)).toEqual([]);
  expect(await accessibilityFaults(page)).toEqual([]);
};
const titleNow = async (): Promise<string> => (await getProduct(store.mirror, offer)).title;

test('a backup is made and verified, loaded beside, compared, switched in, and the switch undone', async () => {
  await using watched = await watchedPage(browser, store.server.url, { link: store.server.openLink() });
  const { page, troubles } = watched;
  const title = await titleNow();
  await page.goto('/backups');
  await settled(page);

  await page.getByLabel('Name (may be left out)').fill('before-sale');
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByRole('button', { name: 'Verify: before-sale' }).click();
  await page.locator('.toast', { hasText: 'before-sale is what was written.' }).waitFor();
  await store.mirror.db.knex.raw(`update ??.products set title = '改坏的标题' where source_id = ?`, [store.mirror.db.schema, offer]);
  await shoot(page, 'backups');
  await page.getByRole('button', { name: 'Restore … before-sale' }).click();
  await page.getByRole('button', { name: 'Load it beside' }).click();
  await page.getByRole('button', { name: 'Rows: products' }).click();
  await page.locator('td', { hasText: 'title' }).waitFor();
  await shoot(page, 'compare');
  expect(await titleNow()).toBe('改坏的标题'); // until now nothing live was touched
  await page.reload(); // the address holds the step
  await page.getByRole('button', { name: 'Go on to the switch' }).click();
  await page.getByRole('button', { name: 'Switch now' }).click();
  await page.getByText('The restored data is live.').waitFor();
  await shoot(page, 'switched');
  const restored = await titleNow();
  await page.getByRole('button', { name: 'Undo the switch' }).click();
  await page.locator('.toast', { hasText: 'live again' }).waitFor();

  expect([restored, await titleNow()]).toEqual([title, '改坏的标题']);
  expect(troubles).toEqual([]);
});

test('something broken is found, planned, mended and the repair taken back', async () => {
  await using watched = await watchedPage(browser, store.server.url, { locale: 'zh-CN', widthPx: 390, link: store.server.openLink() });
  const { page, troubles } = watched;
  await store.mirror.db.knex.raw('update ??.image_objects set reference_count = reference_count + 3', [store.mirror.db.schema]);
  const counted = async (): Promise<unknown> => (await store.mirror.db.knex.raw<{ rows: unknown[] }>('select sum(reference_count) as sum from ??.image_objects', [store.mirror.db.schema])).rows[0];
  const wrong = await counted();
  await page.goto('/integrity');
  await settled(page);

  await page.getByRole('button', { name: '立即检查' }).click();
  await page.getByRole('rowheader').first().waitFor();
  await page.getByLabel('包含大规模修复').check();
  await page.getByRole('button', { name: '制定计划' }).click();
  await page.getByRole('button', { name: '执行修复' }).click();
  await shoot(page, 'integrity');
  await page.locator('dialog').getByRole('button', { name: '执行修复' }).click();
  await page.locator('.toast', { hasText: '已修复' }).waitFor();
  const mended = await counted();
  await page.getByRole('button', { name: /^撤销/ }).first().click();
  await page.locator('.toast', { hasText: '修复已撤销' }).waitFor();

  expect(mended).not.toEqual(wrong);
  expect(await counted()).toEqual(wrong);
  expect(troubles).toEqual([]);
});

test('a watch is made, muted, heard again and removed; storage is counted', async () => {
  await using watched = await watchedPage(browser, store.server.url, { link: store.server.openLink() });
  const { page, troubles } = watched;
  await page.goto('/watches');
  await settled(page);

  await page.getByRole('button', { name: 'New watch' }).click();
  await page.getByLabel('Name').fill('sold-out');
  await page.getByLabel('Tell of').selectOption('soldOut');
  await page.getByLabel('Channel').selectOption('stdout');
  await shoot(page, 'add-watch');
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.locator('.watch h2', { hasText: 'sold-out' }).waitFor();
  await page.getByRole('button', { name: 'Mute for an hour' }).click();
  await page.locator('.badge-warn', { hasText: 'muted until' }).waitFor();
  await page.getByRole('button', { name: 'Hear again' }).click();
  await page.locator('.badge-good', { hasText: 'hears' }).waitFor();
  await shoot(page, 'watches');
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.locator('dialog[open]').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No watch yet').waitFor();
  await page.goto('/storage');
  await settled(page);
  await page.getByRole('button', { name: 'Count now' }).click();
  await page.locator('.data-table tbody tr').nth(1).waitFor();
  await shoot(page, 'storage');

  expect(troubles).toEqual([]);
});
