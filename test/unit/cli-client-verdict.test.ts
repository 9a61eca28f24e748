import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientVerdict } from '../../infra/cli/client-verdict.ts';
import {
  InvalidProviderResponse,
  ProviderRejected,
  ProviderUnavailable,
} from '../../shared/errors.ts';
import { normaliseTokenResponse } from '../../shared/oauth/token-response.ts';
import { catalog } from '../../shared/providers/catalog.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';

const rejected = (error: string, status = 400) =>
  clientVerdict(new ProviderRejected('token endpoint', error, status)).client;

test('a refused code means that the client is accepted', () => {
  for (const error of ['invalid_grant', 'bad_verification_code', 'invalid_code']) {
    assert.equal(rejected(error), 'accepted', error);
  }
  assert.equal(rejected('bad_verification_code', 200), 'accepted');
  // Some answer 401 to everything.
  assert.equal(rejected('invalid_grant', 401), 'accepted');
});

test('a refused client is told apart', () => {
  for (const error of [
    'invalid_client',
    'unauthorized_client',
    'incorrect_client_credentials',
    'bad_client_secret',
    'invalid_client_id',
  ]) {
    assert.equal(rejected(error), 'refused', error);
  }
  assert.equal(rejected('Unauthorized', 401), 'refused');
});

test('everything else cannot be told, and why is said', () => {
  assert.equal(rejected('invalid_request'), 'unknown');
  assert.equal(clientVerdict(undefined).client, 'unknown');
  const say = (error: unknown) => clientVerdict(error).message;
  assert.match(
    say(new ProviderRejected('x', 'redirect_uri_mismatch', 200)),
    /register the redirect URI/,
  );
  assert.match(say(new ProviderRejected('x', 'unknown_error', 404)), /unknown client id/);
  assert.match(say(new ProviderUnavailable('HTTP 503')), /cannot tell.*HTTP 503; try again later/);
  assert.match(say(new InvalidProviderResponse('expected a JSON object')), /cannot tell.*JSON/);
  assert.throws(() => clientVerdict(new TypeError('our mistake')), TypeError);
});

test('the dialects of the catalog', () => {
  const verdict = (id: string, status: number, body: object) => {
    const provider = resolveProvider(catalog[id], catalog, id);
    try {
      normaliseTokenResponse(provider, { status, headers: {}, body: JSON.stringify(body) });
    } catch (error) {
      return clientVerdict(error).client;
    }
    return 'no error';
  };
  assert.equal(verdict('github', 200, { error: 'bad_verification_code' }), 'accepted');
  assert.equal(verdict('github', 200, { error: 'incorrect_client_credentials' }), 'refused');
  assert.equal(verdict('github', 404, { error: 'Not Found' }), 'refused');
  assert.equal(verdict('slack', 200, { ok: false, error: 'invalid_code' }), 'accepted');
  assert.equal(verdict('slack', 200, { ok: false, error: 'bad_client_secret' }), 'refused');
  assert.equal(verdict('slack', 200, { ok: false, error: 'invalid_client_id' }), 'refused');
  assert.equal(verdict('linkedin', 400, { error: 'invalid_request' }), 'accepted');
  assert.equal(verdict('linkedin', 401, { error: 'invalid_client' }), 'refused');
  assert.equal(verdict('google', 400, { error: 'invalid_grant' }), 'accepted');
  assert.equal(verdict('google', 401, { error: 'invalid_client' }), 'refused');
});
