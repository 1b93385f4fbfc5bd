import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe calls serious or critical, as lines. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; impact?: string; help: string; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe.run();
    return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary ?? ''}`) }));
  });
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.join(' | ')}`);
}

/** Elements that stick out of the window sideways, other than inside a frame that scrolls. */
export function overflowing(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(findOverflowing);
}

/** Runs in the page, whose names these sources do not know. */
const findOverflowing = `(() => {
  const scrolls = new Set(['auto', 'scroll', 'hidden', 'clip']);
  const isInside = (element) => {
    for (let parent = element.parentElement; parent !== null; parent = parent.parentElement) if (scrolls.has(getComputedStyle(parent).overflowX)) return true;
    return false;
  };
  const wide = [...document.querySelectorAll('body *')].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && (right > innerWidth + 1 || left < -1) && !isInside(element);
  });
  const page = document.documentElement.scrollWidth > innerWidth ? ['the page is ' + document.documentElement.scrollWidth + ' px wide'] : [];
  return [...page, ...wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
})()`;
