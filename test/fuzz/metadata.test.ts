import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { authorizationRequestUrl } from '../../shared/oauth/authorization-request.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import { attempt, CANARY, fuzz } from '../support/fuzz.ts';
import { hostileText, jsonText, mutated } from '../support/hostile.ts';

const ISSUER = 'https://sso.example.com/realms/main';
const provider = resolveProvider({ id: 'sso', issuer: ISSUER }, {}, 'providers.0');
const URLS = ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'];
const NAMES = [
  ...URLS,
  ...['revocation_endpoint', 'code_challenge_methods_supported', '__proto__', 'toString'],
  ...['token_endpoint_auth_methods_supported', 'issuer'],
];
const value = fc.constantFrom(
  ...[`"${ISSUER}"`, `"${ISSUER}/token"`, '["S256"]', '["none"]', '"S256"', `"${CANARY}"`],
);
const good = URLS.map((name) => `"${name}":"${ISSUER}/${name}"`).join();
const body = fc.oneof(
  jsonText(NAMES, value).map(
    (json) => `{"issuer":"${ISSUER}",${good}${json.replace(/^\{(?!\})/, ',')}`,
  ),
  jsonText(NAMES, value).map((json) => json.replace(/^\{(?!\})/, `{"issuer":"${ISSUER}",`)),
  mutated(jsonText(NAMES, value)),
  hostileText(),
);
const status = fc.constantFrom(200, 200, 200, 404, 302, 500);

const request = {
  ...{ clientId: 'client', redirectUri: 'https://connect.example.com/sso/callback' },
  ...{ scopes: ['openid'], state: 'state', codeVerifier: 'v'.repeat(43), nonce: 'nonce' },
};

test("an issuer's metadata names addresses, or is a typed error", () =>
  fuzz([body, status], ['a server', 'refused'], async (text, answered) => {
    const http = async () => ({ status: answered, headers: {}, body: text });
    const { value: found, error } = await attempt(async () => {
      const server = await makeServers(http, () => 0)(provider);
      return { server, url: authorizationRequestUrl(provider, server, request) };
    });
    if (error !== undefined) return 'refused';
    const { server, url } = found;
    assert.equal(server.metadata.issuer, ISSUER);
    for (const address of [
      ...[server.authorizationUrl, server.tokenUrl, server.userInfoUrl, server.revocationUrl],
      server.metadata.jwks_uri,
    ]) {
      assert.ok(address === undefined || URL.canParse(address), String(address));
    }
    assert.equal(url.searchParams.get('state'), 'state');
    return 'a server';
  }));
