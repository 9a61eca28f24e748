import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenValues, requireValues } from '../../shared/capture/values.ts';
import { InvalidProviderResponse, InvalidRequest } from '../../shared/errors.ts';
import { valuesOfCallback, valuesOfTokens } from '../../shared/oauth/callback.ts';
import { fillIn, isOneOfOrigins, isValue, tokenOriginOf } from '../../shared/providers/instance.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';

const shop = { label: 'Your shop', pattern: '[a-z0-9][a-z0-9-]*', example: 'my-shop' };
const minimal = {
  id: 'acme',
  authorizationUrl: 'https://{shop}.acme.example/authorize',
  tokenUrl: 'https://{shop}.acme.example/token?for={shop}',
  userInfoUrl: 'https://api.acme.example/shops/{shop}',
  account: 'id',
  values: { shop },
};
const provider = resolveProvider(minimal, {}, 'providers.0');

const hostile = [
  'evil.com#',
  'x@y',
  'a/b',
  '..',
  'a.b',
  'a:b',
  'a b',
  'my\nshop',
  '',
  'my-shop.acme.example.evil.com',
  'my-shop.acme.example@evil.com',
  'https://evil.com/.acme.example',
  'ｅvil',
];

test('values fill the addresses in, encoded after the host', () => {
  const there = fillIn(provider, { shop: 'my-shop' });
  assert.equal(there.authorizationUrl, 'https://my-shop.acme.example/authorize');
  assert.equal(there.tokenUrl, 'https://my-shop.acme.example/token?for=my-shop');
  assert.equal(there.userInfoUrl, 'https://api.acme.example/shops/my-shop');
  assert.equal(fillIn(provider, { shop: 'a/b' }).userInfoUrl?.endsWith('/shops/a%2Fb'), true);
  assert.equal(fillIn(provider, {}).tokenUrl, minimal.tokenUrl);
});

test('a service gives values by name, and hears which one is wrong', () => {
  assert.deepEqual(requireValues(provider, { shop: 'my-shop' }), { shop: 'my-shop' });
  assert.deepEqual(requireValues(provider, { shop: ' https://my-shop.acme.example/admin ' }), {
    shop: 'my-shop',
  });
  for (const text of hostile) {
    assert.throws(
      () => requireValues(provider, { shop: text }),
      (error) => {
        assert.ok(error instanceof InvalidRequest);
        assert.equal(error.message, 'values.shop: expected Your shop, such as my-shop');
        return true;
      },
      text,
    );
  }
  assert.throws(() => requireValues(provider, {}), /values\.shop: expected Your shop/);
  assert.throws(
    () => requireValues(provider, { store: 'x' }),
    /values\.store: expected one of shop/,
  );
  assert.throws(
    () => requireValues({ ...provider, values: {} }, { shop: 'x' }),
    /values\.shop: acme takes no values/,
  );
});

test('a person is asked for what is missing or wrong, and not where the service has said it', () => {
  assert.deepEqual(
    chosenValues(provider, { shop: 'fixed' }, () => 'typed'),
    {
      kind: 'chosen',
      values: { shop: 'fixed' },
    },
  );
  assert.deepEqual(
    chosenValues(provider, undefined, () => 'my-shop'),
    {
      kind: 'chosen',
      values: { shop: 'my-shop' },
    },
  );
  const nothing = chosenValues(provider, undefined, () => null);
  assert.deepEqual(nothing, { kind: 'ask', asked: [{ ...shop, name: 'shop', wrong: false }] });
  for (const text of hostile) {
    const choice = chosenValues(provider, undefined, () => text);
    assert.ok(choice.kind === 'ask' && choice.asked[0]!.wrong, text);
  }
});

test('whatever a pattern lets through, a value never ends a host or a path segment', () => {
  for (const text of hostile.filter((each) => each !== 'a.b' && !/^[\w.-]+evil\.com$/.test(each))) {
    assert.equal(isValue({ pattern: '[^]*' }, text), false, text);
  }
});

const zones = resolveProvider(
  {
    ...minimal,
    tokenUrl: '{server}/token',
    userInfoUrl: '{api}/company/{company}',
    values: undefined,
    authorizationUrl: 'https://accounts.acme.example/authorize',
    account: 'instance.company',
    kept: [
      {
        name: 'server',
        from: 'callback',
        path: 'accounts-server',
        hosts: ['accounts.acme.example', 'accounts.acme.eu'],
        default: 'https://accounts.acme.example',
      },
      { name: 'company', from: 'callback', path: 'companyId' },
      { name: 'api', from: 'token_response', path: 'api.url', hosts: ['*.acme.example'] },
    ],
  },
  {},
  'providers.0',
);

const callback = (parameters: Record<string, string>) =>
  valuesOfCallback(zones, new URLSearchParams(parameters), false);

test('what a callback says is kept where it is on the list', () => {
  assert.deepEqual(callback({ 'accounts-server': 'https://accounts.acme.eu', companyId: '123' }), {
    server: 'https://accounts.acme.eu',
    company: '123',
  });
  assert.deepEqual(callback({}), { server: 'https://accounts.acme.example' });
  assert.deepEqual(callback({ error: 'access_denied', 'accounts-server': 'https://evil.com' }), {});
  for (const server of [
    'https://evil.com',
    'https://accounts.acme.eu.evil.com',
    'https://accounts.acme.eu@evil.com',
    'https://user@accounts.acme.eu',
    'https://accounts.acme.eu:8443',
    'http://accounts.acme.eu',
    'http://127.0.0.1:8000',
    'evil.com#accounts.acme.eu',
    'javascript:alert(1)',
  ]) {
    assert.throws(() => callback({ 'accounts-server': server }), InvalidProviderResponse, server);
  }
  for (const companyId of ['1/2', 'a b', '1?x', 'https://evil.com', '#', 'é', 'x'.repeat(129)]) {
    assert.throws(() => callback({ companyId }), InvalidProviderResponse, companyId);
  }
  const local = new URLSearchParams({ 'accounts-server': 'http://127.0.0.1:8000' });
  assert.equal(valuesOfCallback(zones, local, true)['server'], 'http://127.0.0.1:8000');
});

test('a companyId of ".." led the request for the user information to another path', () => {
  for (const companyId of ['.', '..']) {
    assert.throws(() => callback({ companyId }), InvalidProviderResponse, companyId);
  }
  assert.deepEqual(callback({ companyId: '...' })['company'], '...');
});

test('what a token response says is kept as its origin', () => {
  const told = (url: unknown) => valuesOfTokens(zones, { api: { url } }, false);
  assert.deepEqual(told('https://eu.acme.example/'), { api: 'https://eu.acme.example' });
  assert.deepEqual(told('eu.acme.example'), { api: 'https://eu.acme.example' });
  assert.deepEqual(told(undefined), {});
  assert.throws(() => told('https://acme.example'), InvalidProviderResponse);
  assert.throws(() => told('https://evilacme.example'), InvalidProviderResponse);
});

test('the origins that a client is for', () => {
  assert.equal(tokenOriginOf(provider), 'https://{shop}.acme.example');
  assert.equal(tokenOriginOf(zones), 'https://accounts.acme.example https://accounts.acme.eu');
  const one = (stored: string, origin: string) => isOneOfOrigins(stored, origin);
  assert.ok(one('https://{shop}.acme.example', 'https://my-shop.acme.example'));
  assert.ok(one('https://a.example https://*.b.example', 'https://x.b.example'));
  assert.ok(one('http://127.0.0.1:4401', 'http://127.0.0.1:4401'));
  assert.ok(!one('https://{shop}.acme.example', 'https://evil.com'));
  assert.ok(!one('https://{shop}.acme.example', 'https://x.acme.example.evil.com'));
  assert.ok(!one('https://a.example', 'https://axexample'));
  assert.ok(!one('https://a.example', 'https://a.example:8443'));
});
