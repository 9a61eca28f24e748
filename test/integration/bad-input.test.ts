import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { CookieBrowser } from '../support/local-browser.ts';
import { type PlainServer, startPlainServer } from '../support/plain-server.ts';
import { type Product, productForSuite } from '../support/product.ts';

const CODE = 'plain-code-canary';

const server: PlainServer = await startPlainServer();

describe('bad input', () => {
  const good = structuredClone(server.answers);
  const plain = (id: string, more: object = {}) => ({
    ...server.provider(id),
    name: 'Plain',
    ...more,
  });
  const suite = productForSuite({
    configuration: () => ({
      providers: [plain('plain'), plain('grantwide', { revocationScope: 'grant' }), plain('unset')],
      returnUrls: ['http://localhost:9/app'],
    }),
  });
  let product: Product;
  before(async () => {
    product = suite();
    const client = { client_id: 'id', client_secret: 'client-secret-canary' };
    await product.setSecret('plain', client);
    await product.setSecret('grantwide', client);
  });
  after(() => server.close());
  beforeEach(() => {
    Object.assign(server.answers, structuredClone(good));
    server.requests.length = 0;
  });

  let owners = 0;
  async function begun(provider: string) {
    const owner = `owner-${owners++}`;
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner,
      providers: [provider],
      returnUrl: 'http://localhost:9/app',
    });
    const browser = new CookieBrowser();
    return { owner, browser, off: await browser.go(url) };
  }
  /** Comes back from the provider with these parameters; gives where the browser is sent. */
  async function back(provider: string, parameters: Record<string, string>) {
    const { owner, browser, off } = await begun(provider);
    const state = new URL(off.headers.get('location')!).searchParams.get('state')!;
    const callback = new URL(`${product.url}/${provider}/callback`);
    for (const [name, value] of Object.entries({ state, ...parameters })) {
      callback.searchParams.set(name, value);
    }
    const done = await browser.go(callback);
    assert.equal(done.status, 303, await done.text());
    const { connections } = await product.invoke<{ connections: unknown[] }>('list-connections', {
      owner,
    });
    return { outcome: new URL(done.headers.get('location')!).searchParams, connections, owner };
  }
  const paths = () => server.requests.map(({ path }) => path);

  async function assertFailed(provider: string, cause: RegExp) {
    const { outcome, connections } = await back(provider, { code: CODE });
    assert.equal(outcome.get('status'), 'failed');
    assert.deepEqual(connections, []);
    const reference = outcome.get('reference')!;
    assert.match(reference, /^[a-z0-9]{12}$/);
    const logged = product.logs.find((line) => line.includes(reference));
    assert.match(logged ?? '', cause);
    const log = product.logs.join('\n');
    for (const canary of [CODE, 'client-secret-canary', 'plain-access-canary']) {
      assert.equal(log.includes(canary), false, canary);
    }
  }

  test('the plain server works, so that what follows fails for its own reason', async () => {
    const { outcome, connections, owner } = await back('plain', { code: CODE });
    assert.equal(outcome.get('status'), 'connected');
    assert.equal(connections.length, 1);
    const answer = await product.invoke('get-token', { owner, provider: 'plain' });
    assert.equal(answer['accessToken'], 'plain-access-canary');
    assert.deepEqual(paths(), ['/token', '/me']);
  });

  test('an unknown provider is a 404 page', async () => {
    for (const path of [
      '/nope/authorize',
      '/nope/callback',
      '/__proto__/authorize',
      '/constructor/callback',
    ]) {
      const response = await new CookieBrowser().go(product.url + path);
      assert.equal(response.status, 404, path);
      assert.match(await response.text(), /<!doctype html>/);
    }
  });

  test('the provider says no: back to the return URL with status=denied', async () => {
    const { outcome, connections } = await back('plain', { error: 'access_denied' });
    assert.deepEqual(
      [...outcome],
      [
        ['provider', 'plain'],
        ['status', 'denied'],
      ],
    );
    assert.deepEqual([connections, paths()], [[], []]);
  });

  test('the provider says no without a state: a page, since nobody knows whose it was', async () => {
    const response = await new CookieBrowser().go(
      `${product.url}/plain/callback?error=access_denied`,
    );
    assert.equal(response.status, 400);
    assert.match(await response.text(), /access was not given|Not connected/);
  });

  test('the exchange fails: status=failed, and the reference stands in the log with the cause', async () => {
    server.answers.token = {
      status: 400,
      body: { error: 'invalid_grant', error_description: CODE },
    };
    await assertFailed('plain', /ProviderRejected.*invalid_grant/);
    assert.deepEqual(paths(), ['/token']);
  });

  for (const [what, answer, cause] of [
    [
      'no JSON',
      { status: 200, body: '<html>plain-access-canary' },
      /InvalidProviderResponse.*expected a JSON object/,
    ],
    ['no access token', { status: 200, body: { token_type: 'bearer' } }, /InvalidProviderResponse/],
    ['a 500', { status: 500, body: {} }, /ProviderUnavailable.*HTTP 500/],
    [
      'an error as a success',
      { status: 200, body: { error: 'server_said_no' } },
      /ProviderRejected.*server_said_no/,
    ],
    ['a redirect', { status: 307, body: {} }, /InvalidProviderResponse.*redirects/],
    [
      'an error that is no code',
      { status: 400, body: { error: `${CODE} <script>` } },
      /unknown_error/,
    ],
  ] as const) {
    test(`the token endpoint answers with ${what}: failed, and nothing is written`, async () => {
      server.answers.token = answer;
      await assertFailed('plain', cause);
    });
  }

  for (const [what, answer] of [
    ['a 500', { status: 500, body: {} }],
    ['a 403', { status: 403, body: {} }],
    ['no account id', { status: 200, body: { name: 'Ada' } }],
    ['an account id that is no identity', { status: 200, body: { id: 'a\u202eb' } }],
    ['no JSON', { status: 200, body: 'hello' }],
  ] as const) {
    test(`user information answers with ${what}: nothing is stored, what was issued is revoked`, async () => {
      server.answers.userInfo = answer;
      await assertFailed('plain', /user information of plain/);
      assert.deepEqual(paths(), ['/token', '/me', '/revoke']);
      assert.equal(server.requests[2]!.form.get('token'), 'plain-access-canary');
    });
  }

  test('where a revocation would end the whole grant, nothing that nobody asked for is revoked', async () => {
    server.answers.userInfo = { status: 500, body: {} };
    await assertFailed('grantwide', /user information/);
    assert.deepEqual(paths(), ['/token', '/me']);
  });

  test('no secret configured: the page says so, authorize too, and the log names the command', async () => {
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner: 'unset',
      providers: ['plain', 'unset'],
    });
    const browser = new CookieBrowser();
    const page = (await browser.go(url)).headers.get('location')!;
    assert.match(await (await browser.go(page)).text(), /Not configured yet/);
    const { off } = await begun('unset');
    assert.equal(off.status, 503);
    const html = await off.text();
    assert.match(html, /not set up yet/);
    assert.match(product.logs.join('\n'), /token-capture providers set unset/);
    // The browser keeps the session that it has just claimed, for when the client is there.
    assert.equal(off.headers.getSetCookie().length, 1);
  });
});
