import type { Page } from 'playwright-core';
import { PAGES, pageStates } from './page-states.ts';

/** Gives a tab every state of the pages, headers included, at addresses that no one serves. */
export async function showPages(tab: Page): Promise<(name: string) => Promise<void>> {
  await tab.route(`${PAGES}/**`, async (route) => {
    const state = pageStates[new URL(route.request().url()).pathname.slice(1)];
    if (state === undefined) return route.fulfill({ status: 404 });
    return route.fulfill({
      status: state.statusCode,
      headers: state.headers,
      body: state.body ?? '',
    });
  });
  return async (name) => void (await tab.goto(`${PAGES}/${name}`));
}
