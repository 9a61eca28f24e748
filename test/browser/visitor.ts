import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from 'playwright-core';

/** One person's browser: cookies and history of its own. */
export interface Visitor {
  context: BrowserContext;
  tab: Page;
  /** Whatever stood in an address bar, of every tab, in order. */
  addresses: string[];
}

/** The test fails when a page of this visitor breaks its content security policy or throws. */
export async function newVisitor(
  t: Pick<TestContext, 'after'>,
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10_000);
  const addresses: string[] = [];
  const complaints: string[] = [];
  context.on('page', (page) => {
    page.on('framenavigated', (frame) => void addresses.push(frame.url()));
    page.on('pageerror', (error) => void complaints.push(String(error)));
  });
  context.on('console', (message) => {
    // A page with a status of its own is an "error" too.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  });
  return { context, tab: await context.newPage(), addresses };
}

/** Signs in at the demo provider's page, and is sent on. */
export async function signIn(tab: Page, login: string): Promise<void> {
  await tab.getByLabel('Name').fill(login);
  await tab.getByRole('button', { name: 'Sign in and allow' }).click();
}

/** Signs in, and gives the callback's address instead of going there. */
export async function callbackOf(tab: Page, login: string): Promise<URL> {
  const { request } = tab.context();
  const form = tab
    .getByRole('button', { name: 'Sign in and allow' })
    .locator('xpath=ancestor::form');
  let at = new URL((await form.getAttribute('action'))!, tab.url());
  const provider = at.host;
  let answer = await request.post(at.href, { form: { login }, maxRedirects: 0 });
  for (;;) {
    at = new URL(answer.headers()['location']!, at);
    if (at.host !== provider) return at;
    answer = await request.get(at.href, { maxRedirects: 0 });
  }
}

export async function textOf(part: Locator): Promise<string> {
  return (await part.textContent())?.trim() ?? '';
}

export const heading = (tab: Page) => textOf(tab.getByRole('heading', { level: 1 }));

export const banner = (tab: Page) => textOf(tab.getByRole('status'));

/** Where a tab is, without its query. */
export function pathOf(tab: Page): string {
  const { origin, pathname } = new URL(tab.url());
  return origin + pathname;
}
