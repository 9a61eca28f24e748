import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorizationRequestUrl } from '../../shared/oauth/authorization-request.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';

async function requestOf(entry: Record<string, unknown>, scopes = ['read', 'write all']) {
  const provider = resolveProvider(
    {
      id: 'acme',
      authorizationUrl: 'https://acme.example.com/authorize?tenant=1',
      tokenUrl: 'https://acme.example.com/token',
      userInfoUrl: 'https://acme.example.com/me',
      account: 'id',
      ...entry,
    },
    {},
    'acme',
  );
  const server = await makeServers(
    () => Promise.reject(new Error('no network')),
    () => 0,
  )(provider);
  return authorizationRequestUrl(provider, server, {
    clientId: 'client+1',
    redirectUri: 'https://connect.example.com/acme/callback',
    scopes,
    state: 'the-state',
    codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    nonce: 'the-nonce',
  });
}

test('code flow with PKCE S256 (the example of RFC 7636 appendix B); the query of the URL stays', async () => {
  const url = await requestOf({});
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    tenant: '1',
    response_type: 'code',
    client_id: 'client+1',
    redirect_uri: 'https://connect.example.com/acme/callback',
    state: 'the-state',
    scope: 'read write all',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
});

test('spaces are %20: not every server reads a plus as one', async () => {
  const { search } = await requestOf({});
  assert.match(search, /scope=read%20write%20all/);
  assert.match(search, /client_id=client%2B1/);
  assert.ok(!search.includes('+'));
});

test('plain PKCE, none, and none of a scope', async () => {
  const plain = await requestOf({ pkce: 'plain' });
  assert.equal(
    plain.searchParams.get('code_challenge'),
    'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  );
  const none = await requestOf({ pkce: false }, []);
  for (const name of ['code_challenge', 'code_challenge_method', 'scope', 'nonce']) {
    assert.equal(none.searchParams.has(name), false, name);
  }
});

test('scopes under another name and separator, further parameters, response mode, nonce', async () => {
  const { searchParams } = await requestOf({
    scopeParameter: 'user_scope',
    scopeSeparator: ',',
    authorizationParameters: { access_type: 'offline', state: 'not this one' },
    responseMode: 'form_post',
    issuer: 'https://acme.example.com',
    jwksUrl: 'https://acme.example.com/keys',
    idToken: 'required',
  });
  assert.equal(searchParams.get('user_scope'), 'read,write all');
  assert.equal(searchParams.get('access_type'), 'offline');
  assert.equal(searchParams.get('state'), 'the-state', 'no parameter replaces ours');
  assert.equal(searchParams.get('response_mode'), 'form_post');
  assert.equal(searchParams.get('nonce'), 'the-nonce');
});
