import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { hashOf } from '../../shared/capture/session-secrets.ts';
import { clientConfig, rawRequest } from '../support/local.ts';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { type Product, productForSuite } from '../support/product.ts';

describe('browser door', () => {
  const suite = productForSuite({
    configuration: (issuer) => ({
      providers: [{ id: 'other', name: 'Other', issuer, scopes: ['openid'] }],
      returnUrls: ['http://localhost:9/app'],
    }),
  });
  let product: Product;
  before(() => {
    product = suite();
  });

  let owners = 0;
  const newOwner = () => `owner-${owners++}`;

  async function newSession(request: Record<string, unknown> = {}) {
    const owner = newOwner();
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner,
      providers: ['demo'],
      ...request,
    });
    return { owner, url: new URL(url) };
  }

  /** A session, opened in a browser, with one trip to the provider begun. */
  async function begun(request: Record<string, unknown> = {}) {
    const { owner, url } = await newSession(request);
    const browser = new CookieBrowser();
    const off = await browser.go(url);
    assert.equal(off.status, 303);
    const location = new URL(off.headers.get('location')!);
    const sid = location.searchParams.get('state')!.split('.')[0]!;
    return { owner, browser, location, sid, setCookie: off.headers.getSetCookie() };
  }

  /** The same, up to the callback that the provider redirects to. */
  async function atCallback(request: Record<string, unknown> = {}) {
    const trip = await begun(request);
    const callback = await signInAtDemo(trip.location, 'ada', trip.browser);
    return { ...trip, callback };
  }

  const connectionsOf = async (owner: string) =>
    (await product.invoke<{ connections: unknown[] }>('list-connections', { owner })).connections;

  async function assertRefused(response: Response, status: number, words: RegExp) {
    const html = await response.text();
    assert.equal(response.status, status, html);
    assert.match(html, words);
    assert.match(html, /<!doctype html>/);
  }

  /** What happens at the token endpoint while `run` runs. */
  async function exchangesDuring(run: () => Promise<unknown>): Promise<number> {
    let exchanges = 0;
    const count = () => exchanges++;
    const events = ['grant.success', 'grant.error'] as const;
    for (const event of events) product.demo!.provider.on(event, count);
    await run();
    for (const event of events) product.demo!.provider.removeListener(event, count);
    return exchanges;
  }

  test('row 1, row 12: a callback in another browser is refused, and the request is burned', async () => {
    const { owner, browser, callback } = await atCallback();
    const stranger = new CookieBrowser();
    const exchanges = await exchangesDuring(async () => {
      await assertRefused(await stranger.go(callback), 403, /another browser/);
      await assertRefused(await browser.go(callback), 400, /already used/);
    });
    assert.equal(exchanges, 0);
    assert.deepEqual(await connectionsOf(owner), []);
  });

  test("row 1: the callback of one session with another session's cookie is refused", async () => {
    const a = await atCallback();
    const b = await begun();
    assert.equal(
      await exchangesDuring(async () => {
        await assertRefused(await b.browser.go(a.callback), 403, /another browser/);
      }),
      0,
    );
    assert.deepEqual(await connectionsOf(a.owner), []);
    assert.deepEqual(await connectionsOf(b.owner), []);
  });

  test("row 1, row 12: nor is another browser's secret taken under the name of this session's cookie", async () => {
    const { owner, sid, browser, callback } = await atCallback();
    const { setCookie } = await begun();
    const [, secret] = /=([^;]+)/.exec(setCookie[0]!)!;
    const headers = { cookie: `__Host-s-${sid}=${secret}` };
    const exchanges = await exchangesDuring(async () => {
      const forged = await fetch(callback, { redirect: 'manual', headers });
      await assertRefused(forged, 403, /another browser/);
      await assertRefused(await browser.go(callback), 400, /already used/);
    });
    assert.equal(exchanges, 0);
    assert.deepEqual(await connectionsOf(owner), []);
  });

  test('row 12: a session is of the first browser that opens it, and of no other once it has begun', async () => {
    const { url } = await newSession({ providers: ['demo', 'other'] });
    const [first, second] = [new CookieBrowser(), new CookieBrowser()];
    const page = (await first.go(url)).headers.get('location')!;
    const asked = await second.go(url);
    assert.deepEqual(asked.headers.getSetCookie(), []);
    assert.match(await asked.text(), /Continue here\?/);
    await assertRefused(await second.go(page), 403, /another browser/);
    assert.equal((await first.go(page.replace('/connect', '/demo/authorize'))).status, 303);
    const here = new URL(url);
    here.searchParams.set('continue', 'here');
    for (const link of [url, here]) {
      await assertRefused(await second.go(link), 403, /another browser/);
    }
  });

  test('row 2: a state that has expired is refused', async () => {
    const { owner, sid, browser, callback } = await atCallback();
    // As if ten minutes had passed.
    await new DynamoDBClient(clientConfig(product.endpoint)).send(
      new UpdateItemCommand({
        TableName: 'TokenCapture',
        Key: { pk: { S: `SESSION#${sid}` }, sk: { S: 'SESSION' } },
        UpdateExpression: 'SET requests.#hash.expiresAt = :now',
        ExpressionAttributeNames: { '#hash': hashOf(callback.searchParams.get('state')!) },
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(Date.now() / 1_000)) } },
      }),
    );
    const exchanges = await exchangesDuring(async () => {
      await assertRefused(await browser.go(callback), 410, /took too long/);
    });
    assert.equal(exchanges, 0);
    assert.deepEqual(await connectionsOf(owner), []);
  });

  test('row 2, row 11: state missing, doubled, altered or of no session is refused', async () => {
    const { owner, browser, callback } = await atCallback();
    const state = callback.searchParams.get('state')!;
    const variants: ((url: URL) => void)[] = [
      (url) => url.searchParams.delete('state'),
      (url) => url.searchParams.append('state', state),
      (url) =>
        url.searchParams.set('state', `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}`),
      (url) => url.searchParams.set('state', `${'A'.repeat(16)}${state.slice(16)}`),
      (url) => url.searchParams.set('state', state.slice(0, 16)),
      (url) => url.searchParams.set('state', ''),
    ];
    const exchanges = await exchangesDuring(async () => {
      for (const vary of variants) {
        const altered = new URL(callback);
        vary(altered);
        const response = await browser.go(altered);
        assert.ok(
          response.status >= 400 && response.status < 500,
          `${altered.search}: ${response.status}`,
        );
      }
    });
    assert.equal(exchanges, 0);
    assert.deepEqual(await connectionsOf(owner), []);
    const done = await browser.go(callback);
    assert.equal(done.status, 303, 'the true one still works');
  });

  test('row 3: every authorization request has its own S256 challenge, state and nonce', async () => {
    const { browser, sid } = await begun();
    const seen = { code_challenge: new Set(), state: new Set(), nonce: new Set() };
    for (let i = 0; i < 100; i++) {
      const off = await browser.go(`${product.url}/demo/authorize?s=${sid}`);
      const { searchParams } = new URL(off.headers.get('location')!);
      assert.equal(searchParams.get('code_challenge_method'), 'S256');
      for (const [name, values] of Object.entries(seen)) values.add(searchParams.get(name));
    }
    for (const [name, values] of Object.entries(seen)) assert.equal(values.size, 100, name);
  });

  test("row 5: a stolen code in the attacker's own session is worth nothing", async () => {
    const victim = await atCallback();
    const attacker = await atCallback();
    const forged = new URL(attacker.callback);
    forged.searchParams.set('code', victim.callback.searchParams.get('code')!);
    const done = await attacker.browser.go(forged);
    assert.equal(done.status, 303);
    assert.match(done.headers.get('location')!, /status=failed/);
    assert.deepEqual(await connectionsOf(attacker.owner), []);
  });

  test('row 7: an iss that is absent, another or written another way is refused', async () => {
    for (const vary of [
      (url: URL) => url.searchParams.delete('iss'),
      (url: URL) => url.searchParams.set('iss', 'https://evil.example'),
      (url: URL) => url.searchParams.set('iss', `${url.searchParams.get('iss')}/`),
    ]) {
      const { owner, browser, callback } = await atCallback();
      vary(callback);
      const exchanges = await exchangesDuring(async () => {
        const done = await browser.go(callback);
        assert.match(done.headers.get('location')!, /status=failed/);
      });
      assert.equal(exchanges, 0);
      assert.deepEqual(await connectionsOf(owner), []);
    }
  });

  test("row 8: a state of one provider at another's callback is refused and burned", async () => {
    const { owner, url } = await newSession({ providers: ['demo', 'other'] });
    const browser = new CookieBrowser();
    const page = await browser.go(url);
    const sid = new URL(page.headers.get('location')!).searchParams.get('s');
    const off = await browser.go(`${product.url}/demo/authorize?s=${sid}`);
    const callback = await signInAtDemo(off.headers.get('location')!, 'ada', browser);
    const mixed = new URL(callback);
    mixed.pathname = '/other/callback';
    assert.equal(
      await exchangesDuring(async () => {
        await assertRefused(await browser.go(mixed), 400, /wrong place/);
        await assertRefused(await browser.go(callback), 400, /already used/);
      }),
      0,
    );
    assert.deepEqual(await connectionsOf(owner), []);
  });

  test('row 9: the redirect URI comes from the configuration, whatever the requests say of their host', async () => {
    const { owner, url } = await newSession();
    const { port } = url;
    const spoofed = {
      // The name under which the server is reached, and not the one that it gives itself.
      host: `127.0.0.1:${port}`,
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
    };
    const at = ({ pathname, search }: URL) => `http://127.0.0.1:${port}${pathname}${search}`;
    const off = await rawRequest(at(url), { headers: spoofed });
    assert.equal(off.status, 303);
    const location = new URL(off.headers.location!);
    assert.equal(location.searchParams.get('redirect_uri'), `${product.url}/demo/callback`);
    // The provider compares the one of the exchange with that (RFC 6749 section 4.1.3).
    const callback = await signInAtDemo(location, 'ada');
    const cookie = off.headers['set-cookie']![0]!.split(';')[0]!;
    const done = await rawRequest(at(callback), { headers: { ...spoofed, cookie } });
    assert.match(done.headers.location!, /status=connected/);
    assert.equal((await connectionsOf(owner)).length, 1);
  });

  test('row 10: a return URL that is not configured makes no session', async () => {
    for (const returnUrl of [
      'https://evil.example/',
      'http://localhost:9/app/deeper',
      'http://localhost:99/app',
      'https://localhost:9/app',
      'http://localhost:9@evil.example/app',
      'http://localhost:9.evil.example/app',
      'http://sub.localhost:9/app',
      'http://localhost:9/%2f%2fevil.example',
      'http://localhost:9/app#fragment',
      'http://localhost:9/app\r\nlocation: https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      await assert.rejects(
        newSession({ returnUrl }),
        { name: 'InvalidRequest', message: /^returnUrl: / },
        returnUrl,
      );
    }
  });

  test("row 11: a session's token with one byte flipped opens nothing", async () => {
    const { url } = await newSession();
    const token = url.searchParams.get('session')!;
    for (const at of [0, 20, 42]) {
      const flipped = new URL(url);
      const other = token[at] === 'A' ? 'B' : 'A';
      flipped.searchParams.set('session', token.slice(0, at) + other + token.slice(at + 1));
      await assertRefused(await new CookieBrowser().go(flipped), 400, /does not work/);
    }
    assert.equal((await new CookieBrowser().go(url)).status, 303);
  });

  test('row 13: one cookie per session, host-bound, out of reach of scripts, ending with it', async () => {
    const { setCookie, sid } = await begun();
    assert.equal(setCookie.length, 1);
    const [pair, ...attributes] = setCookie[0]!.split('; ');
    assert.match(pair!, new RegExp(`^__Host-s-${sid}=[A-Za-z0-9_-]{43}$`));
    assert.deepEqual(attributes.filter((a) => !a.startsWith('Max-Age')).sort(), [
      'HttpOnly',
      'Path=/',
      'SameSite=Lax',
      'Secure',
    ]);
    const maxAge = Number(attributes.find((a) => a.startsWith('Max-Age='))!.slice(8));
    assert.ok(maxAge > 0 && maxAge <= 30 * 60);
  });

  test('row 14: authorize without a session leads nowhere', async () => {
    const { sid } = await begun();
    for (const query of [
      '',
      '?s=',
      `?s=${'A'.repeat(16)}`,
      // A session's id is public; what it takes is the cookie of its browser.
      `?s=${sid}`,
      '?session=x',
      `?session=${'A'.repeat(43)}`,
    ]) {
      const response = await new CookieBrowser().go(`${product.url}/demo/authorize${query}`);
      assert.ok(response.status >= 400 && response.status < 500, `${query}: ${response.status}`);
      assert.equal(response.headers.get('location'), null);
    }
  });

  test('row 15: fifty copies of one callback make one exchange', async () => {
    const { owner, browser, callback } = await atCallback();
    let answers: number[] = [];
    const exchanges = await exchangesDuring(async () => {
      const copies = await Promise.all(Array.from({ length: 50 }, () => browser.go(callback)));
      answers = copies.map(({ status }) => status);
    });
    assert.equal(exchanges, 1);
    assert.equal(answers.filter((status) => status === 303).length, 1);
    // Already used; or, where fifty at once are too many for the machine, an AWS call that was given up.
    assert.equal(answers.filter((status) => status >= 400).length, 49);
    assert.equal((await connectionsOf(owner)).length, 1);
  });

  test('row 16: code beside error, a doubled code or iss are refused, unknown parameters ignored', async () => {
    const { owner, browser, callback } = await atCallback();
    for (const [name, value] of [
      ['error', 'access_denied'],
      ['code', 'second'],
      ['iss', product.demo!.issuer],
    ] as const) {
      const ambiguous = new URL(callback);
      ambiguous.searchParams.append(name, value);
      await assertRefused(await browser.go(ambiguous), 400, /cannot be used/);
    }
    assert.deepEqual(await connectionsOf(owner), []);
    callback.searchParams.append('unknown', 'x');
    assert.equal((await browser.go(callback)).status, 303);
    assert.equal((await connectionsOf(owner)).length, 1);
  });

  test('row 17: nothing of an error response is repeated to the person', async () => {
    const { browser, location } = await begun();
    const state = location.searchParams.get('state');
    const callback = new URL(`${product.url}/demo/callback`);
    for (const [name, value] of Object.entries({
      state: state!,
      iss: product.demo!.issuer,
      error: '<script>alert(1)</script>',
      error_description: '<script>alert(2)</script>',
      error_uri: 'javascript:alert(3)',
    })) {
      callback.searchParams.set(name, value);
    }
    const done = await browser.go(callback);
    const target = done.headers.get('location')!;
    assert.match(target, /status=failed/);
    const shown = `${decodeURIComponent(target)} ${await (await browser.go(target)).text()}`;
    assert.doesNotMatch(shown, /alert\(/);
    assert.doesNotMatch(product.logs.join('\n'), /alert\(/);
  });

  test('row 17: what a page shows of its query and of the owner is inert', async () => {
    const { url } = await newSession({
      ownerLabel: '<img src=x onerror=alert(1)>',
      providers: ['demo', 'other'],
    });
    const browser = new CookieBrowser();
    const page = new URL((await browser.go(url)).headers.get('location')!);
    const said = { provider: 'demo', status: 'failed', reference: '<img src=y>' };
    for (const [name, value] of Object.entries(said)) page.searchParams.set(name, value);
    const html = await (await browser.go(page)).text();
    assert.doesNotMatch(html, /<img/);
    assert.match(html, /&lt;img src=x/);
    assert.doesNotMatch(html, /src=y/);
  });

  test('row 18, row 19, row 20: every answer has the security headers, every redirect is a 303', async () => {
    const { browser, callback, owner } = await atCallback();
    const { url: link } = await newSession({ providers: ['demo', 'other'] });
    const visitor = new CookieBrowser();
    const opened = await visitor.go(link);
    const state = callback.searchParams.get('state')!;
    const answers = [
      opened,
      await visitor.go(opened.headers.get('location')!),
      // Not set up: an error, and not an answer of the handler.
      await visitor.go(opened.headers.get('location')!.replace('/connect', '/other/authorize')),
      await new CookieBrowser().go(`${product.url}/demo/callback`, { state, code: 'posted' }),
      await new CookieBrowser().go(`${product.url}/connect`),
      await new CookieBrowser().go(`${product.url}/unknown/authorize`),
      await browser.go(callback),
      await browser.go(callback),
    ];
    assert.equal((await connectionsOf(owner)).length, 1);
    for (const { status, headers, url } of answers) {
      assert.ok(
        [200, 303, 503].includes(status) || (status >= 400 && status < 500),
        `${url} ${status}`,
      );
      assert.equal(headers.get('x-frame-options'), 'DENY');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      if (status === 303) continue;
      const policy = headers.get('content-security-policy')!;
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /frame-ancestors 'none'/);
      // Where a form may lead is no content.
      assert.doesNotMatch(policy.replace(/form-action [^;]+/, ''), /unsafe|\*|https?:/);
    }
  });

  test('row 23: no redirect to the person carries a token, a code or a verifier', async () => {
    const { browser, callback } = await atCallback({ returnUrl: 'http://localhost:9/app?tab=1' });
    const done = await browser.go(callback);
    const target = new URL(done.headers.get('location')!);
    assert.equal(`${target.origin}${target.pathname}`, 'http://localhost:9/app');
    assert.deepEqual([...target.searchParams.keys()].sort(), ['provider', 'status', 'tab']);
  });

  test('row 46: a link from elsewhere gets a page first, and no redirect', async () => {
    for (const site of ['cross-site', 'same-site', 'none']) {
      const { url } = await newSession();
      const response = await rawRequest(url.href, {
        headers: { 'sec-fetch-site': site, 'sec-fetch-dest': 'document', host: url.host },
      });
      assert.equal(response.status, 200, site);
      assert.match(response.body, /Only continue if you started this/);
      assert.match(response.body, /Continue to Demo/);
      assert.equal(response.headers.location, undefined);
    }
  });

  test('row 46: a link to several providers says the same, before a button leads on', async () => {
    const { url } = await newSession({ providers: ['demo', 'other'] });
    const page = await new CookieBrowser().follow(url);
    assert.match(await page.text(), /Only continue if you started this.*Connect Demo/s);
  });

  test('row 47: a request never falls back to the cookie of another session', async () => {
    const [a, b] = [await begun(), await begun()];
    const response = await a.browser.go(`${product.url}/demo/authorize?s=${b.sid}`);
    await assertRefused(response, 403, /another browser/);
  });

  test('row 47: a second session in the same browser changes nothing in the first', async () => {
    const a = await begun();
    const b = await newSession();
    assert.equal((await a.browser.go(b.url)).status, 303);
    const off = await a.browser.go(`${product.url}/demo/authorize?s=${a.sid}`);
    const callback = await signInAtDemo(off.headers.get('location')!, 'ada', a.browser);
    const done = await a.browser.go(callback);
    assert.match(done.headers.get('location')!, /status=connected/);
    assert.equal((await connectionsOf(a.owner)).length, 1);
    assert.deepEqual(await connectionsOf(b.owner), []);
  });

  test('prefetches and other requests that no person makes claim nothing', async () => {
    const { url } = await newSession();
    for (const headers of [
      { 'sec-purpose': 'prefetch' },
      { purpose: 'prefetch' },
      { 'x-purpose': 'preview' },
      { 'x-moz': 'prefetch' },
      { 'sec-fetch-dest': 'image' },
      { 'sec-fetch-dest': 'iframe' },
    ] as Record<string, string>[]) {
      const looked = await rawRequest(url.href, { headers: { host: url.host, ...headers } });
      assert.equal(looked.headers['set-cookie'], undefined, JSON.stringify(headers));
    }
    assert.equal(
      (await rawRequest(url.href, { method: 'HEAD', headers: { host: url.host } })).status,
      404,
    );
    assert.equal((await new CookieBrowser().go(url)).status, 303, 'still free for its person');
  });

  test('what is fetched ahead begins no trip', async () => {
    const { browser, sid } = await begun();
    const link = `${product.url}/demo/authorize?s=${sid}`;
    const ahead = { 'sec-fetch-site': 'same-origin', 'sec-purpose': 'prefetch' };
    const fetched = await browser.go(link, undefined, ahead);
    assert.equal(fetched.status, 200);
    assert.match(await fetched.text(), /Continue to Demo/);
    assert.equal((await browser.go(link)).status, 303);
  });
});
