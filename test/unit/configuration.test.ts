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

test('what a caller may use is refused by its place, with what was expected', () => {
  const refusals = [
    [{ functions: ['get-token', 'get-tokn'] }, /\.functions\.1: expected one of .*get-token/],
    [{ functions: 'get-token' }, /\.functions: expected "\*" or a list of functions$/],
    [{ providers: [7] }, /\.providers\.0: expected a provider id$/],
    [{ owners: [7] }, /\.owners\.0: expected an owner or a prefix$/],
    [{ owners: {} }, /\.owners: expected "\*" or a list of owners and prefixes$/],
  ] as const;
  for (const [billing, message] of refusals) {
    const callers = { billing } as never;
    assert.throws(() => resolveConfiguration({ providers: ['github'], callers }), {
      name: 'ConfigurationError',
      message,
    });
  }
});
