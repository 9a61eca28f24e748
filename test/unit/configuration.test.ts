import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveConfiguration } from '../../infra/configuration.ts';

test('a caller was allowed "toString", which every object has and no configuration names', () => {
  const callers = { billing: { providers: ['toString'] } };
  assert.throws(() => resolveConfiguration({ providers: ['github'], callers }), {
    name: 'ConfigurationError',
    message: 'token-capture.callers.billing.providers: "toString" is not configured',
  });
});

test('a provider with the id "constructor" was said to be there twice', () => {
  const { providers } = resolveConfiguration({
    providers: [{ id: 'constructor', extends: 'github' }],
  });
  assert.deepEqual(Object.keys(providers), ['constructor']);
});

test('a return URL with an empty fragment or query was accepted, and could never be gone back to', () => {
  for (const end of ['#', '?', '?#']) {
    const returnUrls = [`https://app.example.com/settings${end}`];
    assert.throws(() => resolveConfiguration({ providers: ['github'], returnUrls }), {
      name: 'ConfigurationError',
      message: /^token-capture\.returnUrls\.0: expected an https URL without query, fragment/,
    });
  }
});
