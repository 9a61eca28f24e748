import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { hashOf } from '../../shared/capture/session-secrets.ts';
import { clientConfig, filesBelow } from '../support/local.ts';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { type Product, productForSuite } from '../support/product.ts';

const HOME = 'http://localhost:9/app';

describe('confirmation', () => {
  const suite = productForSuite({
    configuration: () => ({
      returnUrls: [HOME],
      callers: {
        web: { confirm: true },
        asks: {},
        narrow: { providers: [] },
      },
    }),
  });
  let product: Product;
  before(() => {
    product = suite();
  });

  let owners = 0;
  const newOwner = () => `confirm-${owners++}`;

  /** A walk through a session that asks for a confirmation; where the browser came home. */
  async function connect(owner: string, login = 'ada', caller = 'web'): Promise<URL> {
    const { url } = await product.invoke<{ url: string }>(
      'create-connect-session',
      { owner, providers: ['demo'], returnUrl: HOME, ...(caller === 'asks' && { confirm: true }) },
      caller,
    );
    const browser = new CookieBrowser();
    const off = await browser.go(url);
    const done = await browser.go(await signInAtDemo(off.headers.get('location')!, login, browser));
    return new URL(done.headers.get('location')!);
  }

  const complete = (owner: string, connectCode: string | null, caller = 'web') =>
    product.invoke('complete-connect', { owner, connectCode }, caller);
  const getToken = (owner: string) =>
    product.invoke('get-token', { owner, provider: 'demo' }, 'asks');
  const connectionsOf = async (owner: string) =>
    (await product.invoke<{ connections: unknown[] }>('list-connections', { owner }, 'asks'))
      .connections;

  test('row 46: what was captured is nobody’s until the application that knows its user says whose', async () => {
    const owner = newOwner();
    const home = await connect(owner);
    assert.equal(home.searchParams.get('status'), 'pending');
    assert.equal((await getToken(owner))['status'], 'not_connected');
    assert.deepEqual(await connectionsOf(owner), []);

    const code = home.searchParams.get('connect_code');
    assert.deepEqual(await complete(owner, code), {
      status: 'connected',
      provider: 'demo',
      account: 'ada',
    });
    const token = await getToken(owner);
    assert.equal(token['status'], 'ok');
    const userInfo = await fetch(`${product.demo!.issuer}/me`, {
      headers: { authorization: `Bearer ${token['accessToken']}` },
    });
    assert.equal(userInfo.status, 200);
    assert.equal((await complete(owner, code))['status'], 'unknown_code');
    assert.equal((await getToken(owner))['status'], 'ok');
  });

  test('row 46: a link sent to a stranger brings its sender nothing', async () => {
    const [attacker, victim] = [newOwner(), newOwner()];
    // The victim follows the attacker's link; her browser comes home to the application as the victim.
    const home = await connect(attacker, 'victim');
    const code = home.searchParams.get('connect_code');
    const refused = await complete(victim, code);
    assert.equal(refused['status'], 'unknown_code');
    assert.equal(refused['retryable'], false);
    // The attacker has no code; one that he makes up is none.
    for (const guess of [
      '',
      'A'.repeat(43),
      `${code!.slice(0, -1)}${code!.endsWith('A') ? 'B' : 'A'}`,
    ]) {
      assert.equal((await complete(attacker, guess))['status'], 'unknown_code');
    }
    for (const owner of [attacker, victim]) {
      assert.equal((await getToken(owner))['status'], 'not_connected');
    }
  });

  test('row 46: what nobody has confirmed in time is not to be had any more', async () => {
    const owner = newOwner();
    const code = (await connect(owner)).searchParams.get('connect_code')!;
    // As if ten minutes had passed.
    await new DynamoDBClient(clientConfig(product.endpoint)).send(
      new UpdateItemCommand({
        TableName: 'TokenCapture',
        Key: { pk: { S: `OWNER#${owner}` }, sk: { S: `PENDING#${hashOf(code)}` } },
        UpdateExpression: 'SET expiresAt = :now',
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(Date.now() / 1_000)) } },
        ConditionExpression: 'attribute_exists(pk)',
      }),
    );
    assert.equal((await complete(owner, code))['status'], 'unknown_code');
    assert.equal((await getToken(owner))['status'], 'not_connected');
  });

  test('row 46: the code is in no log and not in the data folder', async () => {
    const owner = newOwner();
    const code = (await connect(owner)).searchParams.get('connect_code')!;
    assert.match(code, /^[\w-]{43}$/);
    const kept = [...filesBelow(product.dataDirectory)];
    await complete(owner, code);
    for (const text of [product.logs.join('\n'), ...kept.map(({ text }) => text)]) {
      assert.ok(!text.includes(code));
    }
    assert.ok(kept.some(({ path }) => path.includes('dynamodb')));
  });

  test('a reconnect is confirmed into the connection that is there', async () => {
    const owner = newOwner();
    await complete(owner, (await connect(owner)).searchParams.get('connect_code'));
    const before = await getToken(owner);
    await complete(owner, (await connect(owner)).searchParams.get('connect_code'));
    const after = await getToken(owner);
    assert.notEqual(after['accessToken'], before['accessToken']);
    assert.equal((await connectionsOf(owner)).length, 1);
  });

  test('a session may ask for it, and a caller that is forced to cannot do without', async () => {
    const owner = newOwner();
    assert.equal((await connect(owner, 'ada', 'asks')).searchParams.get('status'), 'pending');
    const { url } = await product.invoke<{ url: string }>(
      'create-connect-session',
      { owner, providers: ['demo'], returnUrl: HOME, confirm: false },
      'web',
    );
    const browser = new CookieBrowser();
    const off = await browser.go(url);
    const done = await browser.go(await signInAtDemo(off.headers.get('location')!, 'ada', browser));
    assert.match(done.headers.get('location')!, /status=pending/);
  });

  test('without a return URL there is nowhere to send the code', async () => {
    await assert.rejects(
      product.invoke('create-connect-session', { owner: newOwner(), providers: ['demo'] }, 'web'),
      { name: 'InvalidRequest', message: /^returnUrl: expected one/ },
    );
  });

  test('row 39: a caller confirms for the providers of its allow-list alone', async () => {
    const owner = newOwner();
    const code = (await connect(owner)).searchParams.get('connect_code');
    const denied = await complete(owner, code, 'narrow');
    assert.equal(denied['status'], 'denied');
    assert.equal((await getToken(owner))['status'], 'not_connected');
    assert.equal((await complete(owner, code))['status'], 'connected');
  });
});
