import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { type DemoProviderOptions, startDemoProvider } from '../../infra/local/demo-provider.ts';
import { rawRequest, temporaryFolder } from '../support/local.ts';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';

const REDIRECT_URI = 'http://localhost:9/demo/callback';
const client: oauth.Client = { client_id: 'app' };
const clientSecret = 'a-secret-of-the-demo-client';
const authentication = oauth.ClientSecretBasic(clientSecret);
// The port of a provider that has ended is taken again here, and a kept connection would lead to the old one.
const unkept: typeof fetch = (url, options = {}) => {
  const headers = new Headers(options.headers);
  headers.set('connection', 'close');
  return fetch(url, { ...options, headers });
};
const insecure = {
  [oauth.allowInsecureRequests]: true,
  [oauth.customFetch]: unkept as (url: string, options: object) => Promise<Response>,
};

async function start(t: TestContext, options: Partial<DemoProviderOptions> = {}) {
  const demo = await startDemoProvider({
    port: 0,
    clientId: client.client_id,
    clientSecret,
    redirectUris: [REDIRECT_URI],
    ...options,
  });
  t.after(demo.close);
  const issuer = new URL(demo.issuer);
  const server = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, insecure),
  );
  return { demo, server };
}

async function authorizationRequest(server: oauth.AuthorizationServer, more: object = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const nonce = oauth.generateRandomNonce();
  const state = oauth.generateRandomState();
  const url = new URL(server.authorization_endpoint!);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid profile email offline_access',
    prompt: 'consent',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    nonce,
    state,
    ...more,
  }).toString();
  return { url, verifier, nonce, state };
}

async function connect(server: oauth.AuthorizationServer, login: string, browser?: CookieBrowser) {
  const { url, verifier, nonce, state } = await authorizationRequest(server);
  const callback = await signInAtDemo(url, login, browser);
  assert.equal(callback.searchParams.get('iss'), server.issuer);
  const parameters = oauth.validateAuthResponse(server, client, callback, state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    parameters,
    REDIRECT_URI,
    verifier,
    insecure,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  return { tokens, code: parameters.get('code')! };
}

const refresh = async (server: oauth.AuthorizationServer, token: string) =>
  oauth.processRefreshTokenResponse(
    server,
    client,
    await oauth.refreshTokenGrantRequest(server, client, authentication, token, insecure),
  );

const userInfo = (server: oauth.AuthorizationServer, token: string) =>
  unkept(server.userinfo_endpoint!, { headers: { authorization: `Bearer ${token}` } });

test('any name signs in, and the whole code flow gives tokens and user info', async (t) => {
  const { server } = await start(t, { accessTokenTtlSeconds: 120 });
  const { tokens } = await connect(server, ' Ada ');
  const claims = oauth.getValidatedIdTokenClaims(tokens)!;
  assert.equal(claims.sub, 'ada');
  assert.equal(tokens.expires_in, 120);
  assert.equal(tokens.scope, 'openid profile email offline_access');
  assert.ok(tokens.refresh_token);
  assert.deepEqual(await (await userInfo(server, tokens.access_token)).json(), {
    sub: 'ada',
    name: 'Ada',
    email: 'ada@example.com',
    email_verified: true,
  });
});

test('the metadata names what the provider can do', async (t) => {
  const { server } = await start(t);
  assert.deepEqual(server.code_challenge_methods_supported, ['S256']);
  assert.equal(server.authorization_response_iss_parameter_supported, true);
  for (const endpoint of ['revocation_endpoint', 'introspection_endpoint', 'userinfo_endpoint']) {
    assert.ok(server[endpoint], endpoint);
  }
});

test('every authorization asks for the name, so one browser can connect as another', async (t) => {
  const { server } = await start(t);
  const browser = new CookieBrowser();
  for (const login of ['ada', 'grace', 'ada']) {
    const { tokens } = await connect(server, login, browser);
    assert.equal(oauth.getValidatedIdTokenClaims(tokens)!.sub, login);
  }
});

test('the sign-in page is one form in plain words', async (t) => {
  const { server } = await start(t, { clientName: 'Tom & Co' });
  const { url } = await authorizationRequest(server, { login_hint: '"><script>' });
  const page = await new CookieBrowser().follow(url);
  const html = await page.text();
  assert.equal(page.status, 200);
  assert.equal(html.match(/<input /g)?.length, 1);
  assert.match(html, /<input id="login" name="login" type="text"[^>]* required autofocus>/);
  assert.match(html, /<label for="login">/);
  assert.match(html, /<button>Sign in and allow<\/button>/);
  assert.match(html, /<li>see your name<\/li>/);
  assert.match(html, /Tom &#38; Co/);
  assert.doesNotMatch(html, /<script/);
  assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
});

test('Cancel gives access_denied', async (t) => {
  const { server } = await start(t);
  const { url, state } = await authorizationRequest(server);
  const browser = new CookieBrowser();
  const page = await browser.follow(url);
  const cancel = /<a href="([^"]+)">Cancel<\/a>/.exec(await page.text())?.[1];
  const answer = await browser.follow(new URL(cancel!, url));
  const callback = new URL(answer.headers.get('location')!);
  assert.equal(callback.origin + callback.pathname, REDIRECT_URI);
  assert.equal(callback.searchParams.get('error'), 'access_denied');
  assert.equal(callback.searchParams.get('state'), state);
  assert.equal(callback.searchParams.get('iss'), server.issuer);
});

test('an empty name and one of control characters are asked for again', async (t) => {
  const { server } = await start(t);
  for (const login of ['', '   ', 'a\u202eb', 'x'.repeat(65)]) {
    const { url } = await authorizationRequest(server);
    await assert.rejects(signInAtDemo(url, login), /HTTP 400.*role="alert"/s);
  }
});

test('a sign-in page that another browser opens is over', async (t) => {
  const { server } = await start(t);
  const { url } = await authorizationRequest(server);
  const first = await new CookieBrowser().go(url);
  const page = await new CookieBrowser().go(new URL(first.headers.get('location')!, url));
  assert.equal(page.status, 400);
  assert.match(await page.text(), /This sign-in is over/);
});

test('a request without PKCE is refused', async (t) => {
  const { server } = await start(t);
  const { url } = await authorizationRequest(server);
  url.searchParams.delete('code_challenge');
  url.searchParams.delete('code_challenge_method');
  const answer = await new CookieBrowser().go(url);
  const callback = new URL(answer.headers.get('location')!);
  assert.equal(callback.searchParams.get('error'), 'invalid_request');
});

test('a refresh token works once, and its second use ends the grant', async (t) => {
  const { server } = await start(t);
  const { tokens } = await connect(server, 'ada');
  const second = await refresh(server, tokens.refresh_token!);
  assert.notEqual(second.refresh_token, tokens.refresh_token);
  await assert.rejects(refresh(server, tokens.refresh_token!), { error: 'invalid_grant' });
  await assert.rejects(refresh(server, second.refresh_token!), { error: 'invalid_grant' });
  assert.equal((await userInfo(server, second.access_token)).status, 401);
});

test('of parallel refreshes with one token at most one wins', async (t) => {
  const { server } = await start(t);
  const { tokens } = await connect(server, 'ada');
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () => refresh(server, tokens.refresh_token!)),
  );
  assert.ok(results.filter(({ status }) => status === 'fulfilled').length <= 1);
});

test('rotation can be off', async (t) => {
  const { server } = await start(t, { rotateRefreshTokens: false });
  const { tokens } = await connect(server, 'ada');
  await refresh(server, tokens.refresh_token!);
  const third = await refresh(server, tokens.refresh_token!);
  assert.equal((await userInfo(server, third.access_token)).status, 200);
});

test('a revoked refresh token takes its access token along', async (t) => {
  const { server } = await start(t);
  const { tokens } = await connect(server, 'ada');
  const response = await oauth.revocationRequest(
    server,
    client,
    authentication,
    tokens.refresh_token!,
    insecure,
  );
  await oauth.processRevocationResponse(response);
  await assert.rejects(refresh(server, tokens.refresh_token!), { error: 'invalid_grant' });
  assert.equal((await userInfo(server, tokens.access_token)).status, 401);
});

test('grants outlive a restart, and no token is on disk', async (t) => {
  const dataDirectory = await temporaryFolder(t);
  const first = await start(t, { dataDirectory });
  const { tokens, code } = await connect(first.server, 'ada');
  const rotated = await refresh(first.server, tokens.refresh_token!);
  const keys = await (await unkept(first.server.jwks_uri!)).json();
  await first.demo.close();

  const second = await start(t, { dataDirectory });
  const info = await userInfo(second.server, rotated.access_token);
  assert.equal(((await info.json()) as { name: string }).name, 'ada');
  const third = await refresh(second.server, rotated.refresh_token!);
  assert.deepEqual(await (await unkept(second.server.jwks_uri!)).json(), keys);

  const secrets = [tokens, rotated, third].flatMap((set) => [
    set.access_token,
    set.refresh_token!,
    set.id_token!,
  ]);
  for (const name of await readdir(dataDirectory)) {
    const path = join(dataDirectory, name);
    assert.equal((await stat(path)).mode & 0o777, 0o600, name);
    const content = await readFile(path, 'utf8');
    for (const secret of [...secrets, code]) assert.ok(!content.includes(secret), name);
  }
});

test('its address outlives a restart, unless somebody else has taken it', async (t) => {
  const dataDirectory = await temporaryFolder(t);
  const first = await start(t, { dataDirectory });
  await first.demo.close();
  const second = await start(t, { dataDirectory });
  assert.equal(second.demo.issuer, first.demo.issuer);
  const third = await start(t, { dataDirectory });
  assert.notEqual(third.demo.issuer, first.demo.issuer);
});

test('another Host is refused', async (t) => {
  const { demo } = await start(t);
  const answer = await rawRequest(`${demo.issuer}/.well-known/openid-configuration`, {
    headers: { host: `evil.example:${demo.port}` },
  });
  assert.equal(answer.status, 403);
});

test('nothing is printed by a whole flow', async (t) => {
  const printed: unknown[] = [];
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    t.mock.method(console, method, (...values: unknown[]) => printed.push(values));
  }
  const { server } = await start(t);
  const { tokens } = await connect(server, 'ada');
  await refresh(server, tokens.refresh_token!);
  await userInfo(server, tokens.access_token);
  await oauth.introspectionRequest(server, client, authentication, tokens.access_token, insecure);
  await oauth.revocationRequest(server, client, authentication, tokens.access_token, insecure);
  await fetch(`${server.issuer}/auth?client_id=nobody`);
  assert.deepEqual(printed, []);
});
