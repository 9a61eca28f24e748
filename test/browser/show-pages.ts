import type { Page } from 'playwright-core';
import { pageStates } from './page-states.ts';

/** Lets a tab open every state of the pages, headers included, at an address that is served by no one. */
export async function showPages(tab: Page): Promise<(name: string) => string> {
  const origin = 'http://pages.localhost';
  await tab.route(`${origin}/**`, async (route) => {
    const state = pageStates[new URL(route.request().url()).pathname.slice(1)];
    if (state === undefined) return route.fulfill({ status: 404 });
    return route.fulfill({
      status: state.statusCode,
      headers: state.headers,
      body: state.body ?? '',
    });
  });
  return (name) => `${origin}/${name}`;
}
