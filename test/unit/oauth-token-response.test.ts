import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  InvalidProviderResponse,
  ProviderRejected,
  ProviderUnavailable,
} from '../../shared/errors.ts';
import { normaliseTokenResponse, refreshTokenSeconds } from '../../shared/oauth/token-response.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';

const providerWith = (entry: Record<string, unknown> = {}) =>
  resolveProvider(
    {
      id: 'acme',
      authorizationUrl: 'https://acme.example.com/authorize',
      tokenUrl: 'https://acme.example.com/token',
      userInfoUrl: 'https://acme.example.com/me',
      account: 'id',
      ...entry,
    },
    {},
    'acme',
  );

const answer = (body: unknown, status = 200, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const normalised = (body: unknown, entry = {}, status = 200) =>
  normaliseTokenResponse(providerWith(entry), answer(body, status)).token;

const refused = (code: string, body: unknown, entry = {}, status = 200) =>
  assert.throws(
    () => normalised(body, entry, status),
    (error) => {
      assert.ok(error instanceof ProviderRejected, String(error));
      assert.equal(error.error, code);
      return true;
    },
  );

const TOKEN = { access_token: 't', token_type: 'bearer' };

test('a token_type that is missing, or no type at all, is bearer; dpop stays', () => {
  for (const token_type of [undefined, null, 'user', 'bot', 'BearerToken', 'Bearer', 'bearer', 7]) {
    assert.deepEqual(normalised({ access_token: 't', token_type }), TOKEN);
  }
  assert.equal(normalised({ access_token: 't', token_type: 'DPoP' })['token_type'], 'dpop');
});

test('a scope may be a list, null, empty, comma separated, or called scopes', () => {
  assert.equal(normalised({ ...TOKEN, scope: ['a', 'b', 3] })['scope'], 'a b');
  assert.equal('scope' in normalised({ ...TOKEN, scope: null }), false);
  assert.equal(normalised({ ...TOKEN, scope: '' })['scope'], '');
  assert.equal(normalised({ ...TOKEN, scopes: 'a b' })['scope'], 'a b');
  assert.equal(normalised({ ...TOKEN, scope: 'a,b' }, { scopeSeparator: ',' })['scope'], 'a b');
  const either = { tokenResponse: { scopeSeparator: ',' } };
  assert.equal(normalised({ ...TOKEN, scope: 'a, b c' }, either)['scope'], 'a b c');
});

test('granted scopes get the names that they were asked by', () => {
  const tokenResponse = { scopeNames: { 'https://x.example/email': 'email' } };
  const token = normalised(
    { ...TOKEN, scope: 'https://x.example/email openid' },
    { tokenResponse },
  );
  assert.equal(token['scope'], 'email openid');
});

test('null and empty members count as left out', () => {
  const empty = { refresh_token: null, id_token: null, expires_in: null };
  assert.deepEqual(normalised({ ...TOKEN, ...empty }), TOKEN);
  assert.deepEqual(
    normalised({ ...TOKEN, refresh_token: '', id_token: '', expires_in: '' }),
    TOKEN,
  );
});

test('an ID token of a provider that is not asked for one is not looked at', () => {
  assert.equal('id_token' in normalised({ ...TOKEN, id_token: 'not.a.jwt' }), false);
});

test('expires_in as text, as a fraction, as nonsense', () => {
  for (const [given, seconds] of [
    ['3600', 3600],
    [3599.9, 3599],
    [0, undefined],
    [-1, undefined],
    ['soon', undefined],
    [true, undefined],
  ]) {
    assert.equal(normalised({ ...TOKEN, expires_in: given })['expires_in'], seconds, String(given));
  }
});

test('the end of a refresh token has several names', () => {
  assert.equal(refreshTokenSeconds({ refresh_token_expires_in: 10 }), 10);
  assert.equal(refreshTokenSeconds({ refresh_expires_in: '20' }), 20);
  assert.equal(refreshTokenSeconds({ x_refresh_token_expires_in: 30 }), 30);
  assert.equal(refreshTokenSeconds({ refresh_expires_in: 0 }), undefined);
  assert.equal(refreshTokenSeconds({}), undefined);
});

test('a form-encoded body, whatever its content type', () => {
  const body = 'access_token=t&token_type=bearer&scope=a%2Cb&expires_in=60';
  const token = normalised(body, { tokenResponse: { scopeSeparator: ',' } });
  assert.deepEqual(token, { ...TOKEN, scope: 'a b', expires_in: 60 });
});

test('JSON as text/plain, and HTTP 201', () => {
  assert.deepEqual(normalised(TOKEN, {}, 201), TOKEN);
});

test('a token that stands deeper in the body, on a refresh elsewhere', () => {
  const body = { user: { access_token: 'u' }, access_token: 'bot' };
  const provider = providerWith({ tokenResponse: { path: 'user', refreshPath: '' } });
  const tokenOf = (grant: 'authorization_code' | 'refresh_token') =>
    normaliseTokenResponse(provider, answer(body), grant).token['access_token'];
  assert.equal(tokenOf('authorization_code'), 'u');
  assert.equal(tokenOf('refresh_token'), 'bot');
  assert.throws(() => normalised({ other: 1 }, { tokenResponse: { path: 'user' } }), {
    name: 'InvalidProviderResponse',
  });
});

test('an error with HTTP 200, and a body that says of itself that it failed', () => {
  refused('bad_code', { error: 'bad_code', access_token: 't' });
  const tokenResponse = { success: { path: 'ok', equals: true } };
  refused('slow_down', { ok: false, error: 'slow_down' }, { tokenResponse });
  refused('unknown_error', { access_token: 't' }, { tokenResponse });
});

test('error objects, numbers and texts', () => {
  refused('190', { error: { message: 'Invalid', type: 'OAuthException', code: 190 } }, {}, 400);
  refused('OAuthException', { error: { message: 'Not so', type: 'OAuthException' } }, {}, 400);
  refused('unauthorized', { object: 'error', code: 'unauthorized' }, {}, 401);
  refused('unknown_error', { error: 'Something <b>bad</b> happened: token=abc' }, {}, 400);
  refused('unknown_error', {}, {}, 400);
});

test('error codes of a vendor are called what RFC 6749 calls them', () => {
  const tokenResponse = {
    errors: {
      used_up: 'invalid_grant',
      'Not Found': 'invalid_client',
      busy: 'temporarily_unavailable',
    },
  };
  refused('invalid_grant', { error: 'used_up' }, { tokenResponse });
  refused('invalid_client', { error: 'Not Found' }, { tokenResponse }, 404);
  assert.throws(() => normalised({ error: 'busy' }, { tokenResponse }), ProviderUnavailable);
});

test('an error named like a member of every object is an error', () => {
  refused('constructor', { error: 'constructor' }, { tokenResponse: { errors: {} } }, 400);
});

test('a 401 without JSON says that the client is refused', () => {
  refused('invalid_client', '', {}, 401);
  refused('invalid_client', '<h1>Unauthorized</h1>', {}, 401);
});

test('429 and 5xx are for later, with the wait that the provider asks for', () => {
  for (const [status, header, seconds] of [
    [429, '30', 30],
    // A date counts from the answer's own, whatever the clock here says.
    [503, 'Wed, 21 Oct 2026 07:28:00 GMT', 40],
    [503, 'Wed, 21 Oct 2026 07:27:00 GMT', undefined],
    [503, 'Wed, 21 Oct 2099 07:28:00 GMT', 86_400],
    [503, 'tomorrow', undefined],
    [500, undefined, undefined],
    [502, '-5', undefined],
    [429, '1.5', 2],
    // The moment that this makes stands in the table, which takes no number of 308 digits.
    [429, '1e308', 86_400],
  ] as const) {
    const headers: Record<string, string> = {
      date: 'Wed, 21 Oct 2026 07:27:20 GMT',
      ...(header !== undefined && { 'retry-after': header }),
    };
    assert.throws(
      () => normaliseTokenResponse(providerWith(), answer({ error: 'x' }, status, headers)),
      (error) => {
        assert.ok(error instanceof ProviderUnavailable);
        assert.equal(error.retryAfterSeconds, seconds);
        return true;
      },
    );
  }
  const undated = { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' };
  assert.throws(
    () => normaliseTokenResponse(providerWith(), answer({}, 503, undated)),
    (error) => error instanceof ProviderUnavailable && error.retryAfterSeconds === undefined,
  );
  assert.throws(() => normalised({ error: 'server_error' }, {}, 400), ProviderUnavailable);
});

test('what is neither JSON nor a form is refused, and not repeated', () => {
  for (const body of ['', '<html>', '[]', '"text"', 'null', '{"access_token": "abc', '7']) {
    assert.throws(
      () => normalised(body),
      (error) => {
        assert.ok(error instanceof InvalidProviderResponse);
        assert.ok(!error.message.includes('abc'));
        return true;
      },
    );
  }
  assert.throws(() => normalised('', {}, 302), InvalidProviderResponse);
});

test('a token_type that cannot be made a text was a TypeError', () => {
  const body = { access_token: 'a', token_type: { toString: 1 } };
  assert.equal(normalised(body)['token_type'], 'bearer');
});
