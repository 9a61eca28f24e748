import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resolveConfiguration } from '../../infra/configuration.ts';
import type { Configuration } from '../../shared/configuration.ts';
import { CALLER_NAME, PROVIDER_ID } from '../../shared/identity.ts';
import { urlsOf } from '../../shared/providers/instance.ts';
import { attempt, fuzz } from '../support/fuzz.ts';
import { hostileText, jsonText, mutated } from '../support/hostile.ts';

const NAMES = [
  ...['providers', 'callers', 'operator', 'returnUrls', 'stages', 'domainName', 'throttle'],
  ...['functions', 'owners', 'id', 'extends', 'issuer', 'authorizationUrl', 'tokenUrl', 'account'],
  ...['userInfoUrl', 'scopes', 'values', 'kept', 'getToken', '__proto__', 'constructor', 'tags'],
];
const url = mutated(fc.constantFrom('https://app.example.com/settings', 'https://id.example.com'));
const word = fc.oneof(
  { arbitrary: fc.constantFrom('github', 'apple', 'constructor', 'toString', 'acme'), weight: 9 },
  { arbitrary: url, weight: 1 },
);
const provider = fc.oneof(
  { arbitrary: word, weight: 2 },
  fc.record(
    {
      id: fc.oneof(fc.constantFrom('acme', 'github', 'constructor'), mutated(fc.constant('acme'))),
      extends: fc.constantFrom('github', 'gitlab', 'constructor', '__proto__'),
      issuer: url,
      authorizationUrl: url,
      tokenUrl: url,
      userInfoUrl: url,
      account: fc.constantFrom('id', 'a.b', '{id}', 'instance.x'),
    },
    { requiredKeys: ['id'] },
  ),
);
const caller = fc.record(
  {
    functions: fc.constantFrom('*', ['get-token'], [], ['nope']),
    providers: fc.oneof(fc.constant('*'), fc.array(word, { maxLength: 2 })),
    owners: fc.constantFrom('*', ['team-*'], [], 7),
  },
  { requiredKeys: [] },
);
const plausible = fc.record(
  {
    providers: fc.array(provider, { minLength: 1, maxLength: 3 }),
    callers: fc.dictionary(
      fc.oneof(fc.constantFrom('billing', 'web', 'operator', 'constructor'), hostileText()),
      caller,
      { maxKeys: 2 },
    ),
    returnUrls: fc.array(url, { maxLength: 2 }),
  },
  { requiredKeys: ['providers'] },
);
const text = fc.constantFrom('"github"', '["github"]', '{"id":"acme"}', '"*"');
const input = fc.oneof(
  plausible,
  jsonText(NAMES, text).map((json) => JSON.parse(json)),
);

test('a configuration is resolved, or its mistake is named by its key', () =>
  fuzz([input], ['resolved', 'refused'], async (given) => {
    // It is the team's own and holds no secret, so a message may quote it.
    const { value, error } = await attempt(() => resolveConfiguration(given), { mayEcho: true });
    if (error !== undefined) {
      assert.equal(error.name, 'ConfigurationError');
      assert.match(error.message, /^token-capture/);
      return 'refused';
    }
    assertSound(value);
    return 'resolved';
  }));

function assertSound({ providers, callers, returnUrls }: Configuration): void {
  for (const [id, provider] of Object.entries(providers)) {
    assert.equal(provider.id, id);
    assert.match(id, PROVIDER_ID);
    for (const [field, text] of urlsOf(provider)) assert.match(text, /^(https:|\{)/, field);
  }
  for (const [name, policy] of Object.entries(callers)) {
    assert.match(name, CALLER_NAME);
    for (const id of policy.providers === '*' ? [] : policy.providers) {
      assert.ok(Object.hasOwn(providers, id), `${name} may use ${id}`);
    }
  }
  for (const text of returnUrls) {
    const found = new URL(text);
    assert.equal(found.protocol, 'https:');
    assert.equal(text, found.origin + found.pathname);
  }
}
