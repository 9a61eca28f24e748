import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { requireReturnUrl, withOutcome } from '../../shared/capture/return-url.ts';
import { attempt, fuzz } from '../support/fuzz.ts';
import { hostileText, mutated } from '../support/hostile.ts';

const ALLOWED = [
  'https://app.example.com/settings',
  'https://app.example.com/',
  'http://localhost:4401/app',
];

const allowed = fc.constantFrom(...ALLOWED);
const candidate = fc.oneof(
  mutated(fc.constantFrom(...ALLOWED, 'https://user@app.example.com/settings')),
  fc.tuple(allowed, hostileText()).map(([url, query]) => `${url}?${query}`),
  hostileText(...ALLOWED),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
);

test('row 10: an accepted return URL leads where the list says, and nowhere else', () =>
  fuzz([candidate], ['accepted', 'refused'], async (text) => {
    const { value, error } = await attempt(() => requireReturnUrl(text, ALLOWED));
    if (error !== undefined) {
      assert.equal(error.name, 'InvalidRequest');
      return 'refused';
    }
    const outcome = { provider: 'github', status: 'failed', reference: 'abc' } as const;
    for (const location of [value, withOutcome(value, outcome)]) {
      assert.match(location, /^[\x21-\x7e]+$/, 'stands in a header');
      const url = new URL(location);
      assert.ok(ALLOWED.includes(url.origin + url.pathname), location);
      assert.deepEqual([url.username, url.password, url.hash], ['', '', '']);
    }
    const { searchParams } = new URL(withOutcome(value, outcome));
    for (const [name, text] of Object.entries(outcome)) {
      assert.deepEqual(searchParams.getAll(name), [text]);
    }
    return 'accepted';
  }));
