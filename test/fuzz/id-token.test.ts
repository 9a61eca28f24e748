import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ProviderContext } from '../../shared/oauth/client.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import { exchangeCode } from '../../shared/oauth/token-endpoint.ts';
import type { HttpRequest } from '../../shared/ports.ts';
import { Secret } from '../../shared/secret.ts';
import { attempt, CANARY, fuzz } from '../support/fuzz.ts';
import { hostileText, jsonText, mutated } from '../support/hostile.ts';
import { wholeCatalog } from '../support/whole-catalog.ts';

// The issuer of Microsoft's ID tokens is made from a claim of the token itself.
const provider = wholeCatalog.providers['microsoft']!;
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwks = JSON.stringify({
  keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }],
});

const encoded = (text: string) => Buffer.from(text).toString('base64url');
const signed = (header: string, claims: string) => {
  const input = `${encoded(header)}.${encoded(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
};
const now = Math.floor(Date.now() / 1_000);
const HEADER = '{"alg":"RS256","kid":"k"}';
const CLAIMS = JSON.stringify({
  iss: 'https://login.microsoftonline.com/tenant/v2.0',
  ...{ tid: 'tenant', sub: 'person', aud: 'client', nonce: 'nonce', iat: now, exp: now + 3_600 },
});
const ISSUED = signed(HEADER, CLAIMS);

const NAMES = [
  ...['iss', 'tid', 'sub', 'aud', 'nonce', 'iat', 'exp', 'azp', 'alg', 'kid', 'jku', 'jwk', 'crit'],
  ...['__proto__', 'toString'],
];
const value = fc.constantFrom(`"${CANARY}"`, '"tenant"', '"client"', String(now + 60), '"none"');
const json = fc.oneof(
  fc.constantFrom(HEADER, CLAIMS, '{"alg":"none"}', '{"alg":"HS256"}', 'null', '"x"', '[]', '7'),
  jsonText(NAMES, value),
  mutated(fc.constantFrom(HEADER, CLAIMS)),
);
const signature = fc.oneof(fc.constant(ISSUED.split('.')[2]!), hostileText());
const idToken = fc.oneof(
  fc.constant(ISSUED),
  mutated(fc.constant(ISSUED)),
  fc.tuple(json, json, signature).map(([a, b, c]) => `${encoded(a)}.${encoded(b)}.${c}`),
  hostileText('.', 'e30.', `${encoded(HEADER)}.`),
);
const keys = fc.oneof(fc.constant(jwks), mutated(fc.constant(jwks)), jsonText(['keys', 'kty']));

test('row 30: an ID token is the one that the provider signed, or a typed error', () =>
  fuzz([idToken, keys], ['verified', 'refused'], async (token, published) => {
    const http = async ({ method }: HttpRequest) => ({
      status: 200,
      headers: {},
      body:
        method === 'GET'
          ? published
          : JSON.stringify({ access_token: CANARY, token_type: 'Bearer', id_token: token }),
    });
    const server = await makeServers(http, () => 0)(provider);
    const context: ProviderContext = {
      ...{ provider, server, instance: {}, clientSecret: new Secret('secret') },
      client: { clientId: 'client', clientSecret: new Secret('secret'), fields: {} },
      ports: { http, now: Date.now } as unknown as ProviderContext['ports'],
    };
    const { value: answer, error } = await attempt(() =>
      exchangeCode(context, {
        callback: new URLSearchParams({ code: 'code', state: 'state' }),
        ...{ state: 'state', redirectUri: 'https://connect.example.com/microsoft/callback' },
        ...{ codeVerifier: 'v'.repeat(43), nonce: 'nonce' },
      }),
    );
    if (error !== undefined) return 'refused';
    // The last character of base64 has spare bits: the signature is compared as bytes.
    const parts = (jwt: string) => {
      const [header, claims, bytes = ''] = jwt.split('.');
      return [header, claims, Buffer.from(bytes, 'base64url').toString('hex')];
    };
    assert.deepEqual(parts(token), parts(ISSUED));
    assert.equal(answer.idTokenClaims?.['sub'], 'person');
    return 'verified';
  }));
