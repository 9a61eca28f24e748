import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBrowser } from '../support/chromium.ts';
import { requireAccessible, scrollsSideways } from './look.ts';
import { pageStates } from './page-states.ts';
import { showPages } from './show-pages.ts';
import { suite } from './suite.ts';
import { newVisitor } from './visitor.ts';

const browser = await startBrowser(suite);

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page is accessible and keeps to its policy: ${colorScheme}`, async (t) => {
    const { tab } = await newVisitor(t, browser, { colorScheme });
    const show = await showPages(tab);
    for (const name of Object.keys(pageStates)) {
      await show(name);
      await requireAccessible(tab, `${name} ${colorScheme}`);
    }
  });
}

test('no page scrolls sideways, at 320 pixels and with text of twice the size', async (t) => {
  const { tab } = await newVisitor(t, browser, { viewport: { width: 320, height: 640 } });
  const show = await showPages(tab);
  for (const name of Object.keys(pageStates)) {
    await show(name);
    assert.equal(await scrollsSideways(tab), false, name);
    await tab.evaluate("document.documentElement.style.fontSize = '200%'");
    assert.equal(await scrollsSideways(tab), false, `${name}, large`);
  }
});
