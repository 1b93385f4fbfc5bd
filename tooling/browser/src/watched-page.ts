import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Debian's browser; the head of each test that needs it names the package. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page, and everything that went wrong in it: errors, failed requests, reports of the content policy, requests to other hosts. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly troubles: string[];
}

export interface WatchedPageOptions {
  readonly locale?: 'en-US' | 'zh-CN';
  readonly widthPx?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** The printed link; without one nobody is signed in. */
  readonly link?: string;
}

export async function watchedPage(browser: Browser, origin: string, options: WatchedPageOptions = {}): Promise<WatchedPage> {
  const { locale = 'en-US', widthPx = 1440, colorScheme = 'light', link } = options;
  const context = await browser.newContext({ locale, colorScheme, viewport: { width: widthPx, height: 900 }, baseURL: origin });
  const troubles: string[] = [];
  await context.addInitScript("document.addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))");
  const page = await context.newPage();
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') troubles.push(`${new URL(page.url()).pathname}: ${message.text()} (${message.location().url})`); });
  page.on('pageerror', (error) => { troubles.push(`${page.url()}: ${error.stack ?? error.message}`); });
  page.on('request', (request) => { if (new URL(request.url()).origin !== origin) troubles.push(`another host: ${request.url()}`); });
  if (link) {
    await page.goto(link);
    await page.waitForURL(`${origin}/`);
  }
  return { page, context, troubles, async [Symbol.asyncDispose]() { await context.close(); } };
}

/** Until the heading stands and nothing is loading. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.locator('main .skeleton').first().waitFor({ state: 'detached' });
}
