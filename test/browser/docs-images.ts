import { mkdirSync } from 'node:fs';
import { startBrowser } from '../support/chromium.ts';
import { showPages } from './show-pages.ts';

/** Run by hand when the pages have changed: the pictures of docs/images; then reduced to 128 colours each. */
const IMAGES = { 'connect-page': 'connect', 'confirm-page': 'confirm' };

mkdirSync('docs/images', { recursive: true });
const endings: (() => unknown)[] = [];
const browser = await startBrowser({ after: (end) => void endings.push(end as () => unknown) });
const tab = await browser.newPage({
  viewport: { width: 640, height: 300 },
  deviceScaleFactor: 2,
  colorScheme: 'light',
});
const show = await showPages(tab);
for (const [image, state] of Object.entries(IMAGES)) {
  await show(state);
  await tab.evaluate("document.body.style.padding = '2rem'");
  await tab.screenshot({ path: `docs/images/${image}.png`, fullPage: true });
}
for (const end of endings) await end();
