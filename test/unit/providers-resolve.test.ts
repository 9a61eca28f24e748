import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError } from '../../shared/errors.ts';
import type { ProviderEntry } from '../../shared/providers/provider.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';

const hooks = { userInfo: async () => ({ id: 1 }) };
const catalog: Record<string, ProviderEntry> = {
  hub: {
    id: 'hub',
    name: 'Hub',
    issuer: 'https://hub.example.com',
    authorizationUrl: 'https://hub.example.com/authorize',
    tokenUrl: 'https://hub.example.com/token',
    userInfoUrl: 'https://api.hub.example.com/me',
    revocationUrl: 'https://hub.example.com/revoke',
    jwksUrl: 'https://hub.example.com/keys',
    scopes: ['openid', 'read'],
    headers: { 'x-version': '1' },
    hooks,
  },
  video: { id: 'video', extends: 'hub', scopes: ['video'], account: 'channel' },
  clip: { id: 'clip', extends: 'video', account: 'clip' },
  lost: { id: 'lost', extends: 'nowhere' },
  mirror: { id: 'mirror', extends: 'mirror' },
  ping: { id: 'ping', extends: 'pong' },
  pong: { id: 'pong', extends: 'ping' },
};

const minimal = {
  id: 'acme',
  authorizationUrl: 'https://acme.example.com/authorize',
  tokenUrl: 'https://acme.example.com/token',
  userInfoUrl: 'https://acme.example.com/me',
  account: 'id',
};

const resolve = (entry: unknown, allowLoopback = false) =>
  resolveProvider(entry, catalog, 'providers.0', allowLoopback);

const fails = (entry: unknown, key: string, expected: RegExp, allowLoopback = false) =>
  assert.throws(
    () => resolve(entry, allowLoopback),
    (error) => {
      assert.ok(error instanceof ConfigurationError, String(error));
      assert.equal(error.key, key);
      assert.match(error.message, expected);
      return true;
    },
  );

test('an entry of nothing but endpoints gets every default', () => {
  const provider = resolve(minimal);
  assert.equal(provider.name, 'acme');
  assert.equal(provider.pkce, 'S256');
  assert.equal(provider.idToken, 'ignored');
  assert.equal(provider.userInfoFrom, 'user_info');
  assert.deepEqual(provider.scopes, []);
  assert.equal(provider.refresh, true);
  assert.equal(provider.revocationScope, 'token');
});

test('an issuer alone is an OpenID Provider', () => {
  const provider = resolve({ id: 'sso', issuer: 'https://sso.example.com/realms/main' });
  assert.deepEqual(provider.scopes, ['openid', 'profile', 'email']);
  assert.equal(provider.idToken, 'required');
  assert.deepEqual(
    [provider.account, provider.accountName, provider.accountEmail],
    ['sub', 'name', 'email'],
  );
});

test('every mistake names its key and what was expected', () => {
  fails(undefined, 'providers.0', /./);
  fails('hub', 'providers.0', /./);
  fails({}, 'providers.0.id', /expected an id|./);
  fails({ ...minimal, id: 'Acme Corp' }, 'providers.0.id', /lower-case letters, digits and dashes/);
  fails({ ...minimal, tokenURL: 'x' }, 'providers.0.tokenURL', /no such field/);
  fails({ ...minimal, tokenUrl: '/token' }, 'providers.0.tokenUrl', /absolute URL/);
  fails(
    { ...minimal, tokenUrl: 'https://u:p@acme.example.com/' },
    'providers.0.tokenUrl',
    /without credentials/,
  );
  fails({ ...minimal, scopes: 'read' }, 'providers.0.scopes', /list of texts/);
  fails({ ...minimal, scopes: ['read', ''] }, 'providers.0.scopes.1', /expected a text/);
  fails({ ...minimal, pkce: true }, 'providers.0.pkce', /"S256", "plain" or false/);
  fails({ ...minimal, pkce: 's256' }, 'providers.0.pkce', /"S256", "plain" or false/);
  fails(
    { ...minimal, clientAuthentication: 'basic' },
    'providers.0.clientAuthentication',
    /client_secret_basic/,
  );
  fails({ ...minimal, tokenRequestFormat: 'xml' }, 'providers.0.tokenRequestFormat', /"json"/);
  fails({ ...minimal, account: 'data[0].id' }, 'providers.0.account', /"data.0.id"/);
  fails({ ...minimal, account: '{team}:{' }, 'providers.0.account', /braces/);
  fails({ ...minimal, checked: 'yesterday' }, 'providers.0.checked', /YYYY-MM-DD/);
  fails({ ...minimal, consentLifetime: '1 year' }, 'providers.0.consentLifetime', /seconds/);
  fails(
    { ...minimal, tokenResponse: { errors: { gone: 'bad' } } },
    'providers.0.tokenResponse.errors.gone',
    /invalid_grant/,
  );
  fails({ ...minimal, hooks: { authorize: 1 } }, 'providers.0.hooks.authorize', /no such field/);
});

test('what is missing is named, with what it is for', () => {
  const { tokenUrl: _1, ...noToken } = minimal;
  fails(noToken, 'providers.0.tokenUrl', /expected a URL \(or an issuer/);
  const { authorizationUrl: _2, ...noAuthorization } = minimal;
  fails(noAuthorization, 'providers.0.authorizationUrl', /expected a URL/);
  const { userInfoUrl: _3, ...noUserInfo } = minimal;
  fails(noUserInfo, 'providers.0.userInfoUrl', /who a token belongs to/);
  const { account: _4, ...noAccount } = minimal;
  fails(noAccount, 'providers.0.account', /path of the account id/);
  fails({ ...minimal, idToken: 'required' }, 'providers.0.issuer', /issuer of the ID token/);
  fails({ ...minimal, userInfoFrom: 'id_token' }, 'providers.0.idToken', /"required"/);
  fails({ id: 'hub', scopes: ['write'] }, 'providers.0.authorizationUrl', /"extends": "hub"/);
});

test('only https to public hosts; http on loopback where that is allowed', () => {
  for (const tokenUrl of [
    'http://acme.example.com/token',
    'https://10.0.0.1/token',
    'https://[::1]/token',
    'https://localhost/token',
    'https://2130706433/token',
    'ftp://acme.example.com/token',
  ]) {
    fails({ ...minimal, tokenUrl }, 'providers.0.tokenUrl', /https to a public host$/);
  }
  const loopback = { ...minimal, tokenUrl: 'http://127.0.0.1:4401/token' };
  assert.equal(resolve(loopback, true).tokenUrl, loopback.tokenUrl);
  fails(loopback, 'providers.0.tokenUrl', /public host$/);
  fails({ ...minimal, tokenUrl: 'http://10.0.0.1/' }, 'providers.0.tokenUrl', /loopback/, true);
});

test('extends: what is named replaces, the rest stays, hooks included', () => {
  const provider = resolve({ id: 'mine', extends: 'hub', scopes: ['openid', 'write'] });
  assert.deepEqual(provider.scopes, ['openid', 'write']);
  assert.equal(provider.tokenUrl, 'https://hub.example.com/token');
  assert.equal(provider.hooks?.userInfo, hooks.userInfo);
  assert.equal('extends' in provider, false);
  const clip = resolve({ id: 'hub', extends: 'clip' });
  assert.deepEqual([clip.id, clip.account, clip.scopes], ['hub', 'clip', ['video']]);
});

test('extends to nothing, to itself, in a circle', () => {
  fails({ id: 'x', extends: 'nowhere' }, 'providers.0.extends', /"nowhere" is not in the catalog/);
  fails({ id: 'x', extends: 'toString' }, 'providers.0.extends', /not in the catalog/);
  fails({ id: 'x', extends: 'lost' }, 'providers.0.extends', /"nowhere" is not in the catalog/);
  fails({ id: 'x', extends: 'mirror' }, 'providers.0.extends', /"mirror" extends itself/);
  fails({ id: 'x', extends: 'ping' }, 'providers.0.extends', /"ping" extends itself/);
});

test('an entry that names another server inherits no URL: no token reaches the base', () => {
  const moved = resolve({ id: 'own', extends: 'hub', issuer: 'https://hub.own.example.com' });
  assert.equal(moved.issuer, 'https://hub.own.example.com');
  for (const field of ['authorizationUrl', 'tokenUrl', 'userInfoUrl', 'revocationUrl', 'jwksUrl']) {
    assert.equal(moved[field as keyof typeof moved], undefined, field);
  }
  assert.deepEqual(moved.headers, { 'x-version': '1' });
  fails(
    { id: 'own', extends: 'hub', tokenUrl: 'https://evil.example.com/token' },
    'providers.0.authorizationUrl',
    /expected a URL/,
  );
});
