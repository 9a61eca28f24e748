import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { ProviderContext } from '../../shared/oauth/client.ts';
import { withIdTokenIssuer } from '../../shared/oauth/id-token.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import { exchangeCode } from '../../shared/oauth/token-endpoint.ts';
import { wholeCatalog } from '../support/whole-catalog.ts';

const provider = wholeCatalog.providers['microsoft']!;
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: unknown, signature = 'AA') =>
  `${encoded({ alg: 'RS256', kid: 'k' })}.${encoded(claims)}.${signature}`;

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256' }];

/** The context of a provider that answers with an ID token, and with its keys. */
async function contextWith(idToken: string): Promise<ProviderContext> {
  const body = { access_token: 'a', token_type: 'bearer', id_token: idToken, keys };
  const http = async () => ({ status: 200, headers: {}, body: JSON.stringify(body) });
  const server = await makeServers(http, () => 0)(provider);
  const client = { clientId: 'client', clientSecret: undefined, fields: {} };
  return {
    ...{ provider, server, client, clientSecret: undefined, instance: {} },
    ports: { http, now: Date.now } as unknown as ProviderContext['ports'],
  };
}

test('claims of an ID token that make no issuer were a TypeError or a URIError', async () => {
  for (const claims of [null, 7, [], { tid: { toString: 1 } }, { tid: '\ud800' }, { tid: null }]) {
    const context = await contextWith(jwt(claims));
    const response = Response.json({ id_token: jwt(claims) });
    const { issuer } = await withIdTokenIssuer(context, response);
    assert.match(issuer, /^https:\/\/login\.microsoftonline\.com\/(%EF%BF%BD)?\/v2\.0$/);
  }
});

test('a signature of an ID token that is not base64url was a TypeError', async () => {
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: 'https://login.microsoftonline.com/tenant/v2.0',
    ...{ tid: 'tenant', sub: 'person', aud: 'client', nonce: 'n', iat: now, exp: now + 600 },
  };
  await assert.rejects(
    exchangeCode(await contextWith(jwt(claims, '!')), {
      callback: new URLSearchParams({ code: 'c', state: 's' }),
      ...{ state: 's', redirectUri: 'https://c.example.com/microsoft/callback' },
      ...{ codeVerifier: 'v'.repeat(43), nonce: 'n' },
    }),
    { name: 'InvalidProviderResponse', message: /ID token/ },
  );
});
