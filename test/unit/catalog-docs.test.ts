import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { providerDocs } from '../../infra/generate-provider-docs.ts';

const folder = new URL('../../docs/providers/', import.meta.url);

test('the page of every provider is up to date', () => {
  const pages = providerDocs();
  assert.deepEqual(readdirSync(folder).sort(), Object.keys(pages).sort(), 'run "npm run generate"');
  for (const [file, text] of Object.entries(pages)) {
    assert.equal(readFileSync(new URL(file, folder), 'utf8'), text, 'run "npm run generate"');
  }
});
