import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normaliseTokenResponse } from '../../shared/oauth/token-response.ts';
import { attempt, CANARY, fuzz } from '../support/fuzz.ts';
import { hostileText, jsonText, mutated } from '../support/hostile.ts';
import { wholeCatalog } from '../support/whole-catalog.ts';

const CENTURY = 100 * 31_536_000;
const NAMES = [
  ...['access_token', 'refresh_token', 'token_type', 'expires_in', 'scope', 'scopes', 'id_token'],
  ...['error', 'error_description', 'ok', 'data', 'authed_user', 'refresh_token_expires_in'],
  ...['refresh_expires_in', 'code', 'message', 'errors', '__proto__', 'toString'],
];
const value = fc.constantFrom(`"${CANARY}"`, '3600', '"3600"', '"read write"', '"DPoP"', 'true');
const json = jsonText(NAMES, value);
const body = fc.oneof(
  json,
  mutated(json),
  hostileText(),
  hostileText('&scope=a', '&expires_in=').map((rest) => `access_token=${rest}`),
);
const response = fc.record({
  status: fc.constantFrom(200, 200, 200, 201, 204, 302, 400, 401, 404, 429, 500, 503),
  headers: fc.record({ 'retry-after': hostileText('7', 'Wed, 21 Oct 2026 07:28:00 GMT') }),
  body,
});
const provider = fc.constantFrom(...Object.values(wholeCatalog.providers));
const grant = fc.constantFrom('authorization_code', 'refresh_token', 'exchange' as const);

const ERRORS = ['ProviderRejected', 'ProviderUnavailable', 'InvalidProviderResponse'] as const;

test("row 29: a token endpoint's answer has the members of RFC 6749, or is a typed error", () =>
  fuzz([provider, response, grant], ['token', ...ERRORS], async (at, answer, kind) => {
    const { value: found, error } = await attempt(() => normaliseTokenResponse(at, answer, kind));
    if (error !== undefined) {
      const name = ERRORS.find((each) => each === error.name);
      assert.ok(name !== undefined, error.name);
      if ('retryAfterSeconds' in error && error.retryAfterSeconds !== undefined) {
        assert.ok(Number.isFinite(error.retryAfterSeconds) && Number(error.retryAfterSeconds) > 0);
      }
      return name;
    }
    const { token } = found;
    assert.ok(['bearer', 'dpop'].includes(token['token_type'] as string));
    for (const name of ['expires_in', 'refresh_token_expires_in']) {
      const seconds = token[name] as number | undefined;
      assert.ok(
        seconds === undefined || (Number.isInteger(seconds) && seconds >= 0 && seconds <= CENTURY),
        `${name}: ${seconds}`,
      );
    }
    for (const name of ['refresh_token', 'id_token', 'scope']) {
      assert.ok(['string', 'undefined'].includes(typeof token[name]), name);
    }
    return 'token';
  }));
