import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { controlKey, controls } from '../../shared/connections/control-table.ts';
import { makeFaultProxy } from '../support/fault-proxy.ts';
import { clientConfig } from '../support/local.ts';
import { CookieBrowser } from '../support/local-browser.ts';
import { type PlainServer, startPlainServer } from '../support/plain-server.ts';
import { type Product, productForSuite } from '../support/product.ts';

// Longer than the cached word of a switch is believed.
const SLOW_MILLISECONDS = 5_200;
type Answer = Record<string, unknown>;

const server: PlainServer = await startPlainServer();
const good = structuredClone(server.answers);
const proxy = makeFaultProxy();
const HOME = 'http://localhost:9/app';
// A provider for each switch: what one test leaves off does not concern another.
const PROVIDERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];

describe('kill switch', () => {
  const suite = productForSuite({
    proxy,
    configuration: () => ({
      returnUrls: [HOME],
      providers: PROVIDERS.map((id) => server.provider(id)),
    }),
  });
  let product: Product;
  let table: DynamoDBDocumentClient;
  before(async () => {
    product = suite();
    table = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(product.endpoint)));
    for (const id of PROVIDERS) {
      await product.setSecret(id, { client_id: 'id', client_secret: 'client-secret' });
    }
  });
  after(() => server.close());

  const row = (Key: Record<string, string>) => ({ TableName: 'TokenCapture', Key });
  const connectionKey = (owner: string, provider: string) => ({
    pk: `OWNER#${owner}`,
    sk: `CONN#${provider}#7`,
  });
  const disable = (Key: Record<string, string>) =>
    table.send(
      new UpdateCommand({
        ...row(Key),
        UpdateExpression: 'SET disabledAt = :now, #reason = :reason, #by = :by',
        ExpressionAttributeNames: { '#reason': 'reason', '#by': 'by' },
        ExpressionAttributeValues: { ':now': 1, ':reason': 'leaked', ':by': 'test' },
      }),
    );
  const enable = (Key: Record<string, string>) =>
    table.send(new UpdateCommand({ ...row(Key), UpdateExpression: 'REMOVE disabledAt' }));

  /** A browser on its way back from the provider, with a code. */
  async function onItsWayBack(provider: string, owner: string, more: Answer = {}) {
    const browser = new CookieBrowser();
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner,
      providers: [provider],
      ...more,
    });
    const off = new URL((await browser.go(url)).headers.get('location')!);
    const state = off.searchParams.get('state')!;
    return () => browser.go(`${product.url}/${provider}/callback?state=${state}&code=c`);
  }
  async function connect(provider: string, owner: string) {
    Object.assign(server.answers, structuredClone(good));
    server.answers.token.body = {
      access_token: 'access-first',
      refresh_token: 'refresh-first',
      token_type: 'bearer',
      expires_in: 3_600,
    };
    const done = await (await onItsWayBack(provider, owner))();
    assert.match(done.headers.get('location')!, /status=connected/);
  }
  const ask = (owner: string, provider: string, more: Answer = {}) =>
    product.invoke('get-token', { owner, provider, ...more });
  const refresh = (owner: string, provider: string) =>
    ask(owner, provider, { rejectedToken: 'access-first' });
  const list = async (owner: string) =>
    (await product.invoke<{ connections: Answer[] }>('list-connections', { owner })).connections;
  /** Waits until so many requests are at the token endpoint. */
  async function atProvider(count: number) {
    const tokens = () => server.requests.filter(({ path }) => path === '/token').length;
    while (tokens() < count) await sleep(20);
  }
  /** Goes where connecting is switched off; the cookie that came along. */
  async function refused(browser: CookieBrowser, url: string): Promise<string> {
    const answer = await browser.go(url);
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /Connecting is switched off/);
    return answer.headers.getSetCookie().join();
  }
  const revocations = () => server.requests.filter(({ path }) => path === '/revoke').length;

  test('row 45: flipped during a refresh: no token is handed out, and a callback keeps nothing', async () => {
    for (const provider of ['one', 'two', 'three'])
      await connect(provider, `refreshing-${provider}`);
    await connect('four', 'down');
    const finish = await onItsWayBack('three', 'callback');
    server.answers.token.delayMilliseconds = SLOW_MILLISECONDS;
    server.requests.length = 0;
    const asking = ['one', 'two', 'three'].map((provider) =>
      refresh(`refreshing-${provider}`, provider),
    );
    const finishing = finish();
    await atProvider(4);
    // One whose stored token would be served, since its provider is down.
    server.answers.token = { status: 500, body: {}, delayMilliseconds: SLOW_MILLISECONDS };
    asking.push(ask('down', 'four', { minValiditySeconds: 7_200 }));
    await atProvider(5);
    await disable(connectionKey('down', 'four'));
    await disable(connectionKey('refreshing-one', 'one'));
    await disable(controlKey(controls.owner('refreshing-two')));
    await disable(controlKey(controls.provider('three')));
    for (const answer of await Promise.all(asking)) {
      assert.deepEqual([answer['status'], answer['retryable']], ['disabled', false]);
      assert.match(String(answer['message']), /is switched off \(leaked\)/);
    }
    assert.match((await finishing).headers.get('location')!, /status=failed/);
    assert.deepEqual(await list('callback'), []);
    assert.equal(revocations(), 1);
    assert.deepEqual(
      (await list('refreshing-one')).map(({ status }) => status),
      ['disabled'],
    );

    // What was refreshed meanwhile is kept for the day when it is switched on again.
    await enable(connectionKey('refreshing-one', 'one'));
    assert.equal((await ask('refreshing-one', 'one'))['status'], 'ok');
  });

  test('connecting again does not lift it, and other providers are offered still', async () => {
    await connect('six', 'again');
    await disable(connectionKey('again', 'six'));
    assert.equal((await ask('again', 'six'))['status'], 'disabled');
    await connect('six', 'again');
    assert.equal((await ask('again', 'six'))['status'], 'disabled');
    await disable(controlKey(controls.provider('seven')));
    const asked = { owner: 'again', providers: ['six', 'seven'] };
    assert.equal((await product.invoke('create-connect-session', asked))['status'], 'disabled');
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner: 'again',
    });
    const page = await (await new CookieBrowser().follow(url)).text();
    assert.ok(page.includes('Switched off</span>: 7'), page.slice(page.indexOf('<main>')));
    assert.ok(!page.includes('seven'));
  });

  test('the switches are read once in 5 seconds, beside the connection', async () => {
    await connect('six', 'often');
    await ask('often', 'six', { account: '7' });
    proxy.calls.length = 0;
    for (let i = 0; i < 5; i++) await ask('often', 'six', { account: '7' });
    const count = (name: string) => proxy.calls.filter((call) => call.endsWith(name)).length;
    assert.equal(count('.GetItem'), 5);
    assert.ok(count('.BatchGetItem') <= 1, String(count('.BatchGetItem')));
  });

  test('row 45: everything switched off: within 5 seconds no token, no session, no trip, no confirmation', async () => {
    await connect('five', 'all');
    const finish = await onItsWayBack('five', 'all-callback');
    const confirm = { confirm: true, returnUrl: HOME };
    const pending = await (await onItsWayBack('five', 'all-pending', confirm))();
    const connectCode = new URL(pending.headers.get('location')!).searchParams.get('connect_code');
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner: 'all-late',
      providers: ['five'],
    });
    await disable(controlKey(controls.all));
    await sleep(5_000);
    server.requests.length = 0;
    for (const request of [
      { owner: 'all', provider: 'five' },
      { owner: 'x', provider: 'five' },
    ]) {
      assert.equal((await product.invoke('get-token', request))['status'], 'disabled');
    }
    for (const request of [{ owner: 'all' }, { owner: 'all', providers: ['six'] }]) {
      const made = await product.invoke('create-connect-session', request);
      assert.deepEqual([made['status'], made['retryable']], ['disabled', false]);
    }
    const confirmation = { owner: 'all-pending', connectCode };
    assert.equal((await product.invoke('complete-connect', confirmation))['status'], 'disabled');
    assert.deepEqual(await list('all-pending'), []);
    const browser = new CookieBrowser();
    // Once by the link, and once more past the page that a link from elsewhere gets.
    const sid = /__Host-s-([^=]+)=/.exec(await refused(browser, url))![1];
    await refused(browser, `${product.url}/five/authorize?s=${sid}`);
    assert.match((await finish()).headers.get('location')!, /status=failed/);
    // The code was not even exchanged.
    assert.deepEqual(server.requests, []);
    const ended = await product.invoke('disconnect', { owner: 'all', provider: 'five' });
    assert.deepEqual(ended, { status: 'disconnected', revoked: 'yes' });
  });
});
