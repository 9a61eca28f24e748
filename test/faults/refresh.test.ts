import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import type { EventDetail } from '../../shared/events/capture-event.ts';
import { eventually } from '../support/eventually.ts';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { startProcess } from '../support/plain-connections.ts';
import { type PlainServer, startPlainServer } from '../support/plain-server.ts';
import { type Product, productForSuite } from '../support/product.ts';

// Longer than any token lives: asks for a refresh.
const LONGER = 86_400;
type Answer = Record<string, unknown>;

const server: PlainServer = await startPlainServer();
const good = structuredClone(server.answers);
// A provider for each test: a window that one opens is not the other's.
const PLAIN = ['one', 'two', 'three', 'three-b', 'four', 'five', 'six', 'seven'];

describe('refresh under faults', () => {
  const suite = productForSuite({
    configuration: () => ({
      providers: PLAIN.map((id) => ({
        id,
        authorizationUrl: `${server.origin}/authorize`,
        tokenUrl: `${server.origin}/token`,
        userInfoUrl: `${server.origin}/me`,
        account: 'id',
      })),
    }),
  });
  let product: Product;
  before(async () => {
    product = suite();
    for (const id of PLAIN) {
      await product.setSecret(id, { client_id: 'id', client_secret: 'client-secret' });
    }
  });
  after(() => server.close());

  async function connectDemo(owner: string) {
    const browser = new CookieBrowser();
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner,
      providers: ['demo'],
    });
    const off = await browser.go(url);
    const callback = await signInAtDemo(off.headers.get('location')!, 'ada', browser);
    assert.match((await browser.go(callback)).headers.get('location')!, /status=connected/);
  }

  /** Connects at the plain server, with tokens that live for `expiresIn` seconds. */
  async function connectPlain(provider: string, owner: string, expiresIn = 3_600) {
    Object.assign(server.answers, structuredClone(good));
    server.answers.token.body = tokens('first', expiresIn);
    const browser = new CookieBrowser();
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner,
      providers: [provider],
    });
    const off = new URL((await browser.go(url)).headers.get('location')!);
    const state = off.searchParams.get('state')!;
    const done = await browser.go(`${product.url}/${provider}/callback?state=${state}&code=c`);
    assert.match(done.headers.get('location')!, /status=connected/);
    server.requests.length = 0;
  }
  const tokens = (name: string, expiresIn?: number) => ({
    access_token: `access-${name}`,
    refresh_token: `refresh-${name}`,
    token_type: 'bearer',
    ...(expiresIn !== undefined && { expires_in: expiresIn }),
  });
  const ask = (owner: string, provider: string, more: Answer = {}) =>
    product.invoke('get-token', { owner, provider, ...more });
  const rejected = (owner: string, provider: string) =>
    ask(owner, provider, { rejectedToken: 'access-first' });
  const refreshes = () => server.requests.filter(({ path }) => path === '/token').length;
  const statusOf = async (owner: string) =>
    (
      await product.invoke<{ connections: { status: string }[] }>('list-connections', { owner })
    ).connections.map(({ status }) => status);

  /** Refreshes that reach the demo provider while `run` runs. */
  async function demoRefreshesDuring(run: () => Promise<unknown>): Promise<number> {
    let count = 0;
    const add = () => count++;
    const events = ['grant.success', 'grant.error'];
    for (const event of events) product.demo!.provider.on(event, add);
    await run();
    for (const event of events) product.demo!.provider.removeListener(event, add);
    return count;
  }
  function assertOneTokenForAll(answers: Answer[]) {
    const other = answers.find(({ status }) => status !== 'ok');
    assert.equal(other, undefined, JSON.stringify(other));
    assert.equal(new Set(answers.map(({ accessToken }) => accessToken)).size, 1);
  }

  test('row 19: 100 callers at once, one expired token, single-use refresh tokens: one refresh', async () => {
    await connectDemo('hundred');
    const stale = await ask('hundred', 'demo');
    let answers: Answer[] = [];
    const count = await demoRefreshesDuring(async () => {
      const event = { rejectedToken: stale['accessToken'] };
      answers = await Promise.all(Array.from({ length: 100 }, () => ask('hundred', 'demo', event)));
    });
    assertOneTokenForAll(answers);
    assert.equal(count, 1);
  });

  test('row 19: the same from 8 processes', async (t) => {
    await connectDemo('processes');
    const stale = await ask('processes', 'demo');
    const children = Array.from({ length: 8 }, () => startProcess(product));
    t.after(() => {
      for (const child of children) child.kill();
    });
    await Promise.all(children.map((child) => once(child, 'message')));
    const event = { owner: 'processes', provider: 'demo', rejectedToken: stale['accessToken'] };
    let answers: Answer[] = [];
    const count = await demoRefreshesDuring(async () => {
      const all = children.map(async (child, i) => {
        const answered = once(child, 'message');
        child.send({ event, times: i < 4 ? 13 : 12, caller: 'operator' });
        return (await answered)[0] as Answer[];
      });
      answers = (await Promise.all(all)).flat();
    });
    assert.equal(answers.length, 100);
    assertOneTokenForAll(answers);
    assert.equal(count, 1);
  });

  test('row 1: the provider answers 500: the token that is still valid is served, the grant kept', async () => {
    await connectPlain('one', 'row1');
    server.answers.token = { status: 500, body: {} };
    for (let i = 0; i < 5; i++) {
      const answer = await ask('row1', 'one', { minValiditySeconds: LONGER });
      assert.deepEqual([answer['status'], answer['accessToken']], ['ok', 'access-first']);
    }
    assert.deepEqual(await statusOf('row1'), ['connected']);
    server.answers.token = { status: 200, body: tokens('second', 3_600) };
    await eventually(async () => {
      const answer = await ask('row1', 'one', { minValiditySeconds: 7_200 });
      return answer['accessToken'] === 'access-second';
    });
  });

  test('row 2: 429 with Retry-After: one request, then nobody asks until the window ends', async () => {
    await connectPlain('two', 'row2');
    await connectPlain('two', 'row2-other');
    server.answers.token = { status: 429, body: {}, headers: { 'retry-after': '3' } };
    const answers = [];
    for (const owner of ['row2', 'row2-other', 'row2', 'row2-other']) {
      answers.push(await rejected(owner, 'two'));
    }
    assert.equal(refreshes(), 1);
    for (const answer of answers) {
      assert.deepEqual([answer['status'], answer['retryable']], ['provider_unavailable', true]);
      assert.ok((answer['retryAfterSeconds'] as number) <= 3, String(answer['retryAfterSeconds']));
    }
    // When the window has ended, one of twenty who ask at once asks the provider.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => rejected(i % 2 ? 'row2' : 'row2-other', 'two')),
    );
    assert.equal(refreshes(), 2);
  });

  test('row 5: malformed JSON is transient: the row is as it was', async () => {
    await connectPlain('three', 'row5');
    server.answers.token = { status: 200, body: '{"access_token": "acc' };
    const answer = await rejected('row5', 'three');
    assert.deepEqual([answer['status'], answer['retryable']], ['provider_unavailable', true]);
    server.answers.token = { status: 200, body: tokens('second', 3_600) };
    // This connection alone is left in peace for two seconds.
    assert.equal((await rejected('row5', 'three'))['status'], 'provider_unavailable');
    assert.equal(refreshes(), 1);
    await eventually(
      async () => (await rejected('row5', 'three'))['accessToken'] === 'access-second',
    );
    assert.equal(server.requests.at(-1)!.form.get('refresh_token'), 'refresh-first');
  });

  test('row 7: an error in a 200 is an error, and nothing of it is saved', async () => {
    await connectPlain('three-b', 'row7');
    server.answers.token = { status: 200, body: { error: 'slow_down', ...tokens('bad') } };
    const answer = await ask('row7', 'three-b', { minValiditySeconds: LONGER });
    assert.equal(answer['accessToken'], 'access-first');
  });

  test('row 8: invalid_grant ends the connection once, with one event, and nobody tries it again', async () => {
    await connectPlain('four', 'row8');
    server.answers.token = { status: 400, body: { error: 'invalid_grant' } };
    const answers = await Promise.all(Array.from({ length: 20 }, () => rejected('row8', 'four')));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], ['needs_reauth']);
    assert.equal(refreshes(), 1);
    assert.deepEqual(await statusOf('row8'), ['needs_reauth']);
    const ended = product.logs.filter((line) => /connection needs_reauth.*"four"/.test(line));
    assert.equal(ended.length, 1);

    await connectPlain('four', 'row8');
    const told = () =>
      product
        .events()
        .filter(({ detail }) => (detail as EventDetail).owner === 'row8')
        .map((event) => event['detail-type']);
    await eventually(() => told().includes('reconnected'));
    assert.deepEqual(told(), ['connected', 'needs_reauth', 'reconnected']);
  });

  test('row 9: invalid_client is the secret, not the connection: it is read again', async () => {
    await connectPlain('five', 'row9');
    server.answers.token = { status: 401, body: { error: 'invalid_client' } };
    await assert.rejects(rejected('row9', 'five'), { name: 'ProviderRejected' });
    const valid = await ask('row9', 'five', { minValiditySeconds: LONGER });
    assert.equal(valid['accessToken'], 'access-first');
    assert.deepEqual(await statusOf('row9'), ['connected']);
    await product.setSecret('five', { client_id: 'id', client_secret: 'rotated' });
    server.answers.token = { status: 200, body: tokens('second', 3_600) };
    await eventually(
      async () => (await rejected('row9', 'five'))['accessToken'] === 'access-second',
    );
  });

  test('row 21: a rejected token is refreshed only while it is the current one', async () => {
    await connectPlain('six', 'row21');
    server.answers.token = { status: 200, body: tokens('second', 3_600) };
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await rejected('row21', 'six'));
    assert.ok(answers.every(({ accessToken }) => accessToken === 'access-second'));
    assert.equal(refreshes(), 1);
  });
});
