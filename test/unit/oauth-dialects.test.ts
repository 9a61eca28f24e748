import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProviderContext } from '../../shared/oauth/client.ts';
import { renewTokens } from '../../shared/oauth/renewal.ts';
import { revokeTokens } from '../../shared/oauth/revocation.ts';
import { refreshTokens, type TokenAnswer } from '../../shared/oauth/token-endpoint.ts';
import { readProfile } from '../../shared/oauth/user-info.ts';
import type { HttpRequest } from '../../shared/ports.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import { Secret } from '../../shared/secret.ts';

const minimal = {
  id: 'acme',
  authorizationUrl: 'https://acme.example.com/authorize',
  tokenUrl: 'https://acme.example.com/token',
  userInfoUrl: 'https://acme.example.com/me?fields=id',
  revocationUrl: 'https://acme.example.com/revoke',
  clientAuthentication: 'client_secret_post',
  account: 'id',
};

/** A provider that answers everything with `body`, and what it was sent. */
function at(entry: Record<string, unknown>, body: unknown = { id: 7 }) {
  const sent: HttpRequest[] = [];
  const provider = resolveProvider({ ...minimal, ...entry }, {}, 'providers.0');
  const tokenUrl = provider.tokenUrl!;
  const context = {
    provider,
    server: {
      metadata: { issuer: 'https://acme.example.com', token_endpoint: tokenUrl },
      tokenUrl,
      userInfoUrl: provider.userInfoUrl,
      revocationUrl: provider.revocationUrl,
      clientAuthentication: 'client_secret_post',
    },
    client: { clientId: 'the-client', clientSecret: new Secret('s'), fields: {} },
    clientSecret: new Secret('s'),
    ports: {
      now: Date.now,
      http: async (request: HttpRequest) => {
        sent.push(request);
        return { status: 200, headers: {}, body: JSON.stringify(body) };
      },
    },
  } as unknown as ProviderContext;
  return { context, sent };
}

const answer = { accessToken: new Secret('t-1') } as TokenAnswer;
const profile = (context: ProviderContext) => readProfile(context, answer, new URLSearchParams());

test('user information: a posted query, a header of its own, another scheme, a parameter', async () => {
  const query = '{"query":"{ viewer { id } }"}';
  const graph = at(
    { userInfoBody: query, account: 'data.viewer.id' },
    { data: { viewer: { id: 'u' } } },
  );
  assert.equal((await profile(graph.context)).account, 'u');
  assert.deepEqual(
    [graph.sent[0]!.method, graph.sent[0]!.body, graph.sent[0]!.headers['content-type']],
    ['POST', query, 'application/json'],
  );

  const own = at({ userInfoAuthorization: { header: 'x-token' } });
  await profile(own.context);
  assert.deepEqual(own.sent[0]!.headers, { 'x-token': 't-1' });

  const scheme = at({ userInfoAuthorization: 'OAuth', headers: { 'client-id': '{client_id}' } });
  await profile(scheme.context);
  assert.deepEqual(scheme.sent[0]!.headers, {
    authorization: 'OAuth t-1',
    'client-id': 'the-client',
  });

  const parameter = at({ userInfoAuthorization: { parameter: 'access_token' } });
  await profile(parameter.context);
  assert.equal(parameter.sent[0]!.url, 'https://acme.example.com/me?fields=id&access_token=t-1');

  const posted = at({ userInfoAuthorization: { parameter: 'token' }, userInfoMethod: 'POST' });
  await profile(posted.context);
  assert.equal(posted.sent[0]!.body, 'token=t-1');
});

test('a client id of another name', async () => {
  const { context, sent } = at({ clientIdParameter: 'client_key' });
  await revokeTokens(context, { accessToken: 't-1', tokenType: 'bearer' });
  const body = new URLSearchParams(sent[0]!.body);
  assert.deepEqual([body.get('client_key'), body.has('client_id')], ['the-client', false]);
});

test('a refresh with the redirect URI, and the end of a refresh token', async () => {
  const lifetimes = { refreshTokenIdleLifetime: 900, refreshTokenLifetime: 600 };
  const { context, sent } = at(
    { refreshRedirectUri: true, ...lifetimes },
    { access_token: 'new', token_type: 'bearer' },
  );
  const known = await refreshTokens(context, new Secret('r'), 'https://here.example.com/callback');
  assert.equal(
    new URLSearchParams(sent[0]!.body).get('redirect_uri'),
    'https://here.example.com/callback',
  );
  // The old refresh token stays: its fixed end came with it, and does not begin anew.
  assert.equal(known.refreshExpiresIn, 900);
  const rotated = { access_token: 'new', token_type: 'bearer', refresh_token: 'r-2' };
  const next = await refreshTokens(at(lifetimes, rotated).context, new Secret('r'));
  assert.equal(next.refreshExpiresIn, 600);
  for (const name of [
    'refresh_token_expires_in',
    'refresh_expires_in',
    'x_refresh_token_expires_in',
    'refresh_expires',
  ]) {
    const told = at(lifetimes, { access_token: 'new', token_type: 'bearer', [name]: '77' });
    const renewed = await refreshTokens(told.context, new Secret('r'));
    assert.equal(renewed.refreshExpiresIn, 77, name);
    assert.equal(new URLSearchParams(told.sent[0]!.body).has('redirect_uri'), false);
  }
});

test('a token that is exchanged for the next one', async () => {
  const refreshExchange = {
    url: 'https://acme.example.com/exchange?v=2',
    parameters: { grant_type: 'exchange' },
    tokenParameter: 'old_token',
    clientSecret: true,
  };
  const body = { access_token: 'longer', expires_in: 5_183_944 };
  const stored = { accessToken: 'short', tokenType: 'bearer' };
  const got = at({ refreshExchange }, body);
  const renewed = await renewTokens(got.context, stored);
  assert.deepEqual([renewed.accessToken.reveal(), renewed.expiresIn], ['longer', 5_183_944]);
  assert.equal(
    got.sent[0]!.url,
    'https://acme.example.com/exchange?v=2&grant_type=exchange&old_token=short&client_secret=s',
  );
  const posted = at({ refreshExchange: { ...refreshExchange, method: 'POST' } }, body);
  await renewTokens(posted.context, stored);
  assert.equal(posted.sent[0]!.body, 'grant_type=exchange&old_token=short&client_secret=s');
  const withRefreshToken = at({ refreshExchange }, body);
  await renewTokens(withRefreshToken.context, { ...stored, refreshToken: 'r' });
  assert.equal(new URLSearchParams(withRefreshToken.sent[0]!.body).get('refresh_token'), 'r');
  await assert.rejects(renewTokens(at({ refreshExchange }, {}).context, stored), {
    name: 'InvalidProviderResponse',
  });
});
