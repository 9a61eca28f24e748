import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The page as it stands has nothing that axe finds fault with. */
export async function requireAccessible(tab: Page, name: string): Promise<void> {
  await tab.evaluate(axe);
  const run = `axe.run({ runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })`;
  const { violations } = await tab.evaluate<AxeResults>(run);
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  assert.deepEqual(found, [], name);
}

/** Whether the page is wider than its window. */
export function scrollsSideways(tab: Page): Promise<boolean> {
  const root = 'document.documentElement';
  return tab.evaluate<boolean>(`${root}.scrollWidth > ${root}.clientWidth`);
}
