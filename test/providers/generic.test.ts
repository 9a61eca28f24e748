import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type DemoProviderOptions, startDemoProvider } from '../../infra/local/demo-provider.ts';
import { InvalidProviderResponse, ProviderRejected } from '../../shared/errors.ts';
import { AuthorizationDenied } from '../../shared/oauth/token-endpoint.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { Capture, decidedBrowser } from './capture.ts';
import { FakeVendor } from './fake-vendor.ts';
import { empty, type Grant, json, type VendorFixture } from './fixture.ts';

const CLIENT = { client_id: 'token-capture', client_secret: 'a secret: with +, % and ~' };

/** An OpenID Provider of somebody else's making, described by its issuer alone. */
async function startIssuer(
  t: TestContext,
  options: Partial<DemoProviderOptions> = {},
  entry: Record<string, unknown> = {},
) {
  const issuer = await startDemoProvider({
    port: 0,
    clientId: CLIENT.client_id,
    clientSecret: CLIENT.client_secret,
    redirectUris: ['https://connect.example.com/sso/callback'],
    ...options,
  });
  t.after(issuer.close);
  const scopes = ['openid', 'profile', 'email', 'offline_access'];
  const provider = resolveProvider(
    { id: 'sso', issuer: issuer.issuer, scopes, ...entry },
    {},
    'providers.0',
    true,
  );
  return { issuer, capture: new Capture(provider, CLIENT) };
}

const signIn = async (url: URL) => (await signInAtDemo(url, 'Ada')).searchParams;

for (const clientAuthentication of ['client_secret_basic', 'client_secret_post', 'none'] as const) {
  test(`an OpenID issuer by discovery, ${clientAuthentication}`, async (t) => {
    const { issuer, capture } = await startIssuer(
      t,
      { clientAuthentication },
      { clientAuthentication },
    );
    const { answer, callback } = await capture.tokens(signIn);
    const profile = await capture.profile(answer, callback);
    assert.deepEqual(
      [profile.account, profile.name, profile.email],
      ['ada', 'Ada', 'ada@example.com'],
    );
    assert.equal(answer.idTokenClaims?.['iss'], issuer.issuer);

    const renewed = await capture.refresh(answer.refreshToken!);
    await capture.profile({ ...answer, accessToken: renewed.accessToken }, callback);
    assert.equal(await capture.revoke(renewed), true);
    await assert.rejects(capture.refresh(renewed.refreshToken!), ProviderRejected);
    await assert.rejects(
      capture.profile({ ...answer, accessToken: renewed.accessToken }, callback),
      ProviderRejected,
    );
  });
}

test('an OpenID issuer: denial, replayed code, foreign verifier, missing iss', async (t) => {
  const { capture } = await startIssuer(t);
  const cancel = async (url: URL) => {
    const browser = new CookieBrowser();
    const page = await (await browser.follow(url)).text();
    const way = /href="(\/interaction\/[^"]+\/cancel)"/.exec(page)?.[1];
    const answer = await browser.follow(new URL(way!, url));
    return new URL(answer.headers.get('location')!).searchParams;
  };
  await assert.rejects(capture.tokens(cancel), AuthorizationDenied);

  const { exchange } = await capture.tokens(signIn);
  await assert.rejects(exchange(), ProviderRejected);

  const withoutIss = (callback: URLSearchParams) => {
    callback.delete('iss');
    return callback;
  };
  await assert.rejects(capture.tokens(signIn, withoutIss), InvalidProviderResponse);

  const first = await capture.tokens(signIn);
  const another = (callback: URLSearchParams) => {
    callback.set('code', first.callback.get('code')!);
    return callback;
  };
  await assert.rejects(capture.tokens(signIn, another), ProviderRejected);
});

test('an issuer whose metadata names another issuer is refused', async (t) => {
  const { issuer } = await startIssuer(t, { issuer: 'https://real.example.com' });
  const address = `http://127.0.0.1:${issuer.port}`;
  const provider = resolveProvider({ id: 'sso', issuer: address }, {}, 'providers.0', true);
  await assert.rejects(new Capture(provider, CLIENT).tokens(signIn), InvalidProviderResponse);
});

const answered = ({ accessToken, refreshToken }: Grant) =>
  json({
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: refreshToken,
  });

/** A server after the letter of RFC 6749, 7009 and 7636, with user ids beyond 2^53. */
const inhouse: VendorFixture = {
  id: 'inhouse',
  sources: ['https://www.rfc-editor.org/rfc/rfc6749'],
  client: CLIENT,
  authorization: {
    url: 'https://login.example.com/authorize',
    required: { response_type: 'code' },
    scope: { parameter: 'scope', separator: ' ' },
    pkce: 'S256',
    callback: 'query',
    success: (code, state) => ({ code, state }),
    denial: (state) => ({ error: 'access_denied', state }),
  },
  token: {
    url: 'https://login.example.com/token',
    format: 'form',
    clientAuthentication: 'basic',
    success: answered,
    badCode: json({ error: 'invalid_grant' }, 400),
    badClient: json({ error: 'invalid_client' }, 401, { 'www-authenticate': 'Basic realm="x"' }),
  },
  refresh: { rotates: true, success: answered, badToken: json({ error: 'invalid_grant' }, 400) },
  userInfo: {
    method: 'GET',
    url: 'https://api.example.com/me',
    success: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"user": {"id": 9007199254740993, "display": "Ada"}}',
    },
    badToken: empty(401),
  },
  revocation: {
    method: 'POST',
    url: 'https://login.example.com/revoke',
    authentication: 'basic',
    format: 'form',
    parameters: ['token', 'token_type_hint'],
    token: 'token',
    takes: ['access', 'refresh'],
    ends: 'grant',
    success: empty(200),
    gone: empty(200),
  },
  expected: {
    profile: { account: '9007199254740993', name: 'Ada' },
    asked: 'read',
    scopes: undefined,
    expiresIn: 3600,
  },
};

test('a plain OAuth 2.0 server, described by its endpoints in configuration alone', async (t) => {
  const fake = await new FakeVendor(inhouse).start(t);
  const provider = resolveProvider(
    {
      id: 'inhouse',
      name: 'In-house',
      authorizationUrl: fake.at('https://login.example.com/authorize'),
      tokenUrl: fake.at('https://login.example.com/token'),
      userInfoUrl: fake.at('https://api.example.com/me'),
      revocationUrl: fake.at('https://login.example.com/revoke'),
      scopes: ['read'],
      account: 'user.id',
      accountName: 'user.display',
    },
    {},
    'providers.0',
    true,
  );
  const capture = new Capture(provider, CLIENT);
  const { answer, callback } = await capture.tokens(decidedBrowser);
  const { userInfo: _whole, ...profile } = await capture.profile(answer, callback);
  assert.deepEqual(profile, inhouse.expected.profile);
  const renewed = await capture.refresh(answer.refreshToken!);
  assert.equal(await capture.revoke(renewed), true);
  assert.equal(fake.knows(renewed.accessToken.reveal()), false);
  assert.deepEqual(fake.problems, []);
  capture.client.stored = { ...CLIENT, client_secret: 'wrong' };
  await assert.rejects(capture.tokens(decidedBrowser), { error: 'invalid_client' });
});
