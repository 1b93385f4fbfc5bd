// needs: chromium fonts-noto-cjk
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pageAddresses } from '@1688/dashboard';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, firstOfferId, openBrowser, overflowing, servedStore, settled, watchedPage, type ServedStore } from '../src/index.ts';

/** `SHOTS=/tmp/shots` keeps a picture of each page for people to look at. */
const shots = process.env['SHOTS'];
const offers = Number(process.env['OFFERS'] ?? 10_000);
const addresses = Object.values(pageAddresses).map((address) => address.replace(':offerId', String(firstOfferId)).replace('/suppliers/:id', '/suppliers/b2b-2208000000').replace('/runs/:id', '/runs/1'));
const extra = ['/products?view=table', `/products?q=${encodeURIComponent('连衣裙 夏季')}&sort=price`, '/products?q=zzzzqqq'];

let store: ServedStore;
let browser: Browser;
beforeAll(async () => {
  [store, browser] = await Promise.all([servedStore({ offers }), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await store[Symbol.asyncDispose]();
});

/** What screen readers and colours need is looked at once wide and light, once narrow and dark: language changes nothing of it. */
const looks = [
  { name: 'in English on a wide screen', locale: 'en-US', widthPx: 1440, colorScheme: 'light', isRead: true }, { name: 'in Chinese on a phone', locale: 'zh-CN', widthPx: 390, colorScheme: 'light', isRead: false },
  { name: 'in English on a phone in the dark', locale: 'en-US', widthPx: 390, colorScheme: 'dark', isRead: true }, { name: 'in Chinese on a wide screen in the dark', locale: 'zh-CN', widthPx: 1440, colorScheme: 'dark', isRead: false },
] as const;

test.each(looks)('every page shows itself $name without an error, without sticking out, and for everybody', async ({ locale, widthPx, colorScheme, isRead }) => {
  await using watched = await watchedPage(browser, store.server.url, { locale, widthPx, colorScheme, link: store.server.openLink() });
  const { page, troubles } = watched;
  const faults: unknown[] = [];

  for (const address of [...addresses, ...extra]) {
    await page.goto(address);
    await settled(page);
    await shoot(page, `${locale}-${widthPx}`, address);
    faults.push(...(await overflowing(page)).map((each) => [address, each]), ...(isRead ? await accessibilityFaults(page) : []).map((each) => [address, each]));
    expect(await page.locator('html').getAttribute('lang')).toBe(locale === 'en-US' ? 'en' : 'zh-CN');
  }

  expect(faults).toEqual([]);
  expect(troubles).toEqual([]);
  expect(await page.evaluate('window.wasRun')).toBeUndefined();
});

test.each([{ locale: 'en-US', widthPx: 1440 }, { locale: 'zh-CN', widthPx: 390 }] as const)('every page of the menu is reached by a click ($locale, $widthPx px)', async ({ locale, widthPx }) => {
  await using watched = await watchedPage(browser, store.server.url, { locale, widthPx, link: store.server.openLink() });
  const { page, troubles } = watched;
  await settled(page);
  const links = page.locator('nav#menu ul a');
  const burger = page.locator('.frame-burger');

  for (let at = 0; at < await links.count(); at += 1) {
    if (widthPx < 900) await burger.click();
    const name = await links.nth(at).innerText();
    await links.nth(at).click();
    await expect.poll(() => page.title()).toContain(name);
    await settled(page);
    if (at > 0) expect([name, await page.evaluate('document.activeElement.tagName')]).toEqual([name, 'H1']); // the first was there already
  }

  expect(troubles).toEqual([]);
});

async function shoot(page: Page, look: string, address: string): Promise<void> {
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${look}${address.replaceAll(/[^\w]+/g, '_').slice(0, 40)}.png`), fullPage: true });
}
