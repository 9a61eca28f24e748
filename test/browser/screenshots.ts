import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser } from '../support/chromium.ts';
import { pageStates } from './page-states.ts';
import { showPages } from './show-pages.ts';

/** Run by hand, for a person to look at: every state of every page, light, dark and narrow. */
const [folder = 'screenshots', ...names] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const endings: (() => unknown)[] = [];
const browser = await startBrowser({ after: (end) => void endings.push(end as () => unknown) });
const wide = { width: 800, height: 600 };
const looks = {
  light: { colorScheme: 'light', viewport: wide },
  dark: { colorScheme: 'dark', viewport: wide },
  narrow: { colorScheme: 'light', viewport: { width: 320, height: 600 } },
} as const;
for (const [look, settings] of Object.entries(looks)) {
  const context = await browser.newContext({ ...settings, javaScriptEnabled: false });
  const tab = await context.newPage();
  const show = await showPages(tab);
  for (const name of names.length > 0 ? names : Object.keys(pageStates)) {
    await show(name);
    await tab.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
  }
  await context.close();
}
for (const end of endings) await end();
