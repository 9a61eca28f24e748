import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { runTool } from '../support/cli.ts';
import { clientConfig } from '../support/local.ts';
import { CookieBrowser } from '../support/local-browser.ts';
import { type PlainServer, startPlainServer } from '../support/plain-server.ts';
import { type Product, productForSuite } from '../support/product.ts';

const HOME = 'http://localhost:9/app';
const TOMBSTONE_DAYS = 15;
const DAY = 24 * 60 * 60;

const server: PlainServer = await startPlainServer();

describe('erasure', () => {
  const suite = productForSuite({
    configuration: () => ({
      returnUrls: [HOME],
      providers: ['one', 'two'].map((id) => server.provider(id)),
    }),
  });
  let product: Product;
  let table: DynamoDBDocumentClient;
  before(async () => {
    product = suite();
    table = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(product.endpoint)));
    for (const id of ['one', 'two']) await product.setSecret(id, { client_id: 'id' });
  });
  after(() => server.close());

  /** A token of its own for each connection, so that the revocations can be told apart. */
  async function connect(owner: string, provider: string, account: string, confirm = false) {
    const token = `access-${owner}-${provider}-${account}`;
    server.answers.token.body = { access_token: token, token_type: 'bearer' };
    server.answers.userInfo.body = { id: account, name: 'Ada Lovelace' };
    const browser = new CookieBrowser();
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner,
      providers: [provider],
      ...(confirm && { confirm, returnUrl: HOME }),
    });
    const off = new URL((await browser.go(url)).headers.get('location')!);
    const state = off.searchParams.get('state');
    const done = await browser.go(`${product.url}/${provider}/callback?state=${state}&code=c`);
    const status = confirm ? /status=pending/ : /status=connected/;
    assert.match(done.headers.get('location')!, status);
    return token;
  }
  const rowsOf = async (owner: string) => {
    const { Items = [] } = await table.send(
      new QueryCommand({
        TableName: 'TokenCapture',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `OWNER#${owner}` },
      }),
    );
    return Items.filter(({ sk }) => /^(CONN|PENDING)#/.test(sk));
  };
  const revoked = () =>
    server.requests
      .filter(({ path }) => path === '/revoke')
      .map(({ form }) => form.get('token')!)
      .sort();
  const erase = (owner: string) =>
    runTool(
      ['connections', 'erase', '--owner', owner, '--yes', '--json'].concat(
        ...['--local', '--data', product.dataDirectory],
      ),
    );

  test('row 55: erasing an owner revokes and deletes all connections, confirmed or not; tombstones of 15 days stay', async () => {
    const tokens = [
      await connect('leaves', 'one', 'a'),
      await connect('leaves', 'one', 'b'),
      await connect('leaves', 'two', 'a'),
      await connect('leaves', 'two', 'c', true),
    ];
    await connect('stays', 'one', 'a');
    assert.equal((await rowsOf('leaves')).length, 4);
    server.requests.length = 0;

    const erased = await erase('leaves');
    assert.equal(erased.status, 0, erased.stderr);
    assert.deepEqual(erased.json(), {
      status: 'erased',
      owner: 'leaves',
      ...{ revoked: 3, unsupported: 0, notRevoked: 0, skipped: 0, dropped: 1, failed: 0 },
    });
    assert.deepEqual(revoked(), tokens.sort());
    const now = Date.now() / 1_000;
    const left = await rowsOf('leaves');
    assert.deepEqual(left.map(({ sk }) => sk).sort(), ['CONN#one#a', 'CONN#one#b', 'CONN#two#a']);
    for (const tombstone of left) {
      assert.equal(tombstone['status'], 'disconnected');
      assert.deepEqual([tombstone['tokens'], tombstone['profile']], [undefined, undefined]);
      const days = (tombstone['ttl'] - now) / DAY;
      assert.ok(Math.abs(days - TOMBSTONE_DAYS) < 0.1, `${days} days`);
    }
    assert.equal((await rowsOf('stays'))[0]!['status'], 'connected');

    const again = (await erase('leaves')).json() as Record<string, unknown>;
    assert.deepEqual([again['revoked'], again['skipped']], [0, 3]);
  });

  test('row 55: what a provider has not revoked is said, and the next run goes on', async () => {
    const token = await connect('waits', 'one', 'a');
    server.answers.revocation = { status: 500, body: {} };
    const first = await erase('waits');
    assert.equal(first.status, 1, first.stdout);
    assert.match(first.stderr, /1 not revoked yet: .*run the same command again/);
    const answer = await product.invoke('get-token', { owner: 'waits', provider: 'one' });
    assert.equal(answer['status'], 'not_connected');

    server.answers.revocation = { status: 200, body: {} };
    server.requests.length = 0;
    const second = await erase('waits');
    assert.equal(second.status, 0, second.stderr);
    assert.deepEqual(revoked(), [token]);
    assert.equal((await rowsOf('waits'))[0]!['tokens'], undefined);
  });

  test('row 55: it asks first', async () => {
    const asked = await runTool(
      ['connections', 'erase', '--owner', 'stays'].concat(
        ...['--local', '--data', product.dataDirectory],
      ),
    );
    assert.equal(asked.status, 2);
    assert.equal((await rowsOf('stays'))[0]!['status'], 'connected');
  });
});
