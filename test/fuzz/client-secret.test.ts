import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { parseClient } from '../../shared/secrets/client-secrets.ts';
import { attempt, CANARY, fuzz } from '../support/fuzz.ts';
import { hostileText, jsonText, mutated } from '../support/hostile.ts';

const NAMES = [
  'client_id',
  'client_secret',
  'scope',
  'token_origin',
  'team_id',
  '__proto__',
  CANARY,
];
const text = fc.constantFrom(`"${CANARY}"`, '"id"', '"read write"', '"https://id.example.com"');
const secret = fc.oneof(
  fc.record({ client_id: hostileText('id'), client_secret: hostileText() }).map(toJson),
  jsonText(NAMES, text),
  mutated(jsonText(NAMES, text)),
  hostileText(),
);

function toJson(value: unknown): string {
  return JSON.stringify(value);
}

test("a provider's secret is a client of texts, or an error that shows no value of it", () =>
  fuzz([secret], ['client', 'refused'], async (json) => {
    const { value: client, error } = await attempt(() => parseClient('acme', json));
    if (error !== undefined) {
      assert.equal(error.name, 'ConfigurationError');
      assert.match(error.message, /^oauth2-token-capture\/acme/);
      return 'refused';
    }
    assert.ok(typeof client.clientId === 'string' && client.clientId !== '');
    for (const field of Object.values(client.fields)) assert.equal(typeof field, 'string');
    for (const scope of client.scopes ?? []) assert.match(scope, /^\S+$/);
    const held = client.clientSecret?.reveal() ?? '';
    if (held.includes(CANARY)) {
      const { clientId: _id, fields: _fields, scopes: _scopes, ...printed } = client;
      const { tokenOrigin: _origin, ...rest } = printed;
      assert.ok(!(inspect(rest) + JSON.stringify(rest)).includes(CANARY));
    }
    return 'client';
  }));
