import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { synthesize, type Template } from '../support/synthesize.ts';

// After a change that is meant: UPDATE=1 node --test test/unit/template-snapshot.test.ts
const SNAPSHOT = join(import.meta.dirname, 'template.snapshot');

/** One line a value, without what changes with every byte of a bundle. */
function linesOf({ Resources, Outputs }: Template): string[] {
  const lines: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) {
      lines.push(`${path} = ${JSON.stringify(value)}`);
      return;
    }
    for (const [key, each] of Object.entries(value)) visit(each, `${path}/${key}`);
  };
  visit({ Resources, Outputs }, '');
  return lines.map((line) =>
    line
      .replaceAll(/[0-9a-f]{64}/g, '<asset>')
      .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1<version>'),
  );
}

test('the template is the one that was looked at last', () => {
  const { template } = synthesize({
    providers: ['github'],
    callers: { billing: { functions: ['get-token'] } },
  });
  const lines = linesOf(template);
  if (process.env['UPDATE']) writeFileSync(SNAPSHOT, `${lines.join('\n')}\n`);
  const known = readFileSync(SNAPSHOT, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    {
      added: lines.filter((line) => !known.includes(line)),
      gone: known.filter((line) => !lines.includes(line)),
    },
    { added: [], gone: [] },
  );
});
