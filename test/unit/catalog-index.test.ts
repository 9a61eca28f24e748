import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { catalogIndex } from '../../infra/generate-catalog.ts';

test('the catalog index lists every file of the catalog', () => {
  const written = readFileSync(
    new URL('../../shared/providers/catalog.ts', import.meta.url),
    'utf8',
  );
  assert.equal(written, catalogIndex(), 'run "npm run generate"');
});
