import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, describe, test } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { functionSettings } from '../../infra/constructs/function-settings.ts';
import type { Connection } from '../../shared/connections/connection.ts';
import { mergeMessage } from '../../shared/queues/spooled-pair.ts';
import { pairFor } from '../../shared/tokens/merge.ts';
import { eventually } from '../support/eventually.ts';
import { clientConfig } from '../support/local.ts';
import { ACCESS_TOKEN, REFRESH_TOKEN, startOpenIdServer } from '../support/openid-server.ts';
import { type Product, productForSuite } from '../support/product.ts';
import { trip } from '../support/trip.ts';

const server = await startOpenIdServer();
const { misbehaviour, requests, origin } = server;
const DAY = 24 * 60 * 60;

describe('end of a connection', () => {
  const suite = productForSuite({
    configuration: () => ({
      providers: [
        {
          id: 'plain',
          authorizationUrl: `${origin}/plain/authorize`,
          tokenUrl: `${origin}/plain/token`,
          userInfoUrl: `${origin}/plain/userinfo`,
          revocationUrl: `${origin}/plain/revoke`,
          account: 'sub',
        },
      ],
    }),
  });
  let product: Product;
  let table: DynamoDBDocumentClient;
  before(async () => {
    product = suite();
    table = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(product.endpoint)));
    await product.setSecret('plain', { client_id: 'openid-client', client_secret: 's' });
  });
  after(() => server.close());
  beforeEach(() => server.reset());

  const connect = async (session: object = {}) =>
    (await trip(product, 'plain', () => ({ code: 'plain-code' }), { ...session })).owner;
  const request = (owner: string) => ({ owner, provider: 'plain', account: 'ada' });
  const disconnect = (owner: string) => product.invoke('disconnect', request(owner));
  const getToken = (owner: string, more: object = {}) =>
    product.invoke('get-token', { ...request(owner), ...more });
  const rejected = (owner: string) => getToken(owner, { rejectedToken: ACCESS_TOKEN });
  const revoked = () =>
    requests.filter(({ path }) => path === '/plain/revoke').map(({ form }) => form.get('token'));

  const place = (owner: string) => ({
    TableName: 'TokenCapture',
    Key: { pk: `OWNER#${owner}`, sk: 'CONN#plain#ada' },
  });
  const rowOf = async (owner: string) => (await table.send(new GetCommand(place(owner)))).Item!;

  test('row 40: disconnecting revokes at the provider and leaves a tombstone', async () => {
    const owner = await connect();
    assert.deepEqual(await disconnect(owner), { status: 'disconnected', revoked: 'yes' });
    // RFC 7009 section 2.1: the refresh token takes its access tokens along.
    assert.deepEqual(revoked(), [REFRESH_TOKEN]);
    assert.equal((await getToken(owner))['status'], 'not_connected');
    const { status, tokens, profile, ttl } = await rowOf(owner);
    assert.deepEqual([status, tokens, profile], ['disconnected', undefined, undefined]);
    const days = (ttl - Date.now() / 1_000) / DAY;
    assert.ok(days > 14 && days <= 15, `${days} days`);
  });

  test('row 40: a revocation that failed is tried again, by the sweep too; no token is handed out meanwhile', async () => {
    const owner = await connect();
    misbehaviour.answers['revoke'] = (_, response) => response.writeHead(503).end();
    assert.equal((await disconnect(owner))['revoked'], 'no');
    assert.equal((await getToken(owner))['status'], 'not_connected');
    assert.ok((await rowOf(owner))['tokens'] !== undefined, 'kept to be revoked');
    misbehaviour.answers = {};
    requests.length = 0;
    // As if its time had come.
    await table.send(
      new UpdateCommand({
        ...place(owner),
        UpdateExpression: 'SET dueAt = :past',
        ConditionExpression: 'attribute_exists(tokens)',
        ExpressionAttributeValues: { ':past': Math.floor(Date.now() / 1_000) - 1 },
      }),
    );
    await new LambdaClient(clientConfig(product.endpoint)).send(
      new InvokeCommand({ FunctionName: 'TokenCapture-refresh-due', Payload: '{}' }),
    );
    await eventually(async () => (await rowOf(owner))['tokens'] === undefined);
    assert.deepEqual(revoked(), [REFRESH_TOKEN]);
  });

  /** Holds the next answer of the token endpoint back until something has happened. */
  async function whileRefreshing(owner: string, happens: () => Promise<unknown>) {
    let release = () => {};
    const arrived = new Promise<void>((resolve) => {
      misbehaviour.answers['token'] = (_, response) => {
        delete misbehaviour.answers['token'];
        release = () =>
          response.writeHead(200, { 'content-type': 'application/json' }).end(
            JSON.stringify({
              access_token: 'late-access',
              refresh_token: 'late-refresh',
              token_type: 'bearer',
              expires_in: 3_600,
            }),
          );
        resolve();
      };
    });
    const asking = rejected(owner);
    await arrived;
    await happens();
    release();
    return asking;
  }

  test('row 51: a disconnect during a refresh: nothing comes back to life, what comes late is revoked', async () => {
    const owner = await connect();
    const answer = await whileRefreshing(owner, () => disconnect(owner));
    assert.equal(answer['status'], 'not_connected');
    assert.equal((await getToken(owner))['status'], 'not_connected');
    assert.deepEqual(revoked(), [REFRESH_TOKEN, 'late-refresh']);
    const { status, tokens } = await rowOf(owner);
    assert.deepEqual([status, tokens], ['disconnected', undefined]);
  });

  test('row 51: a reconnect during a refresh stays, and what comes late is dropped', async () => {
    const owner = await connect();
    const first = await rowOf(owner);
    const answer = await whileRefreshing(owner, async () => {
      misbehaviour.tokenResponse = { access_token: 'access-of-the-reconnect' };
      await connect({ owner });
    });
    assert.equal(answer['accessToken'], 'access-of-the-reconnect');
    assert.equal((await getToken(owner))['accessToken'], 'access-of-the-reconnect');
    const { grantId, version } = await rowOf(owner);
    assert.notEqual(grantId, first['grantId']);
    assert.ok(version > first['version']);
    assert.deepEqual(revoked(), [], 'a grant that is in use is not revoked');
  });

  /** What the token endpoint was last asked for with. */
  const spent = () =>
    requests.findLast(({ path }) => path === '/plain/token')?.form.get('refresh_token');
  const withoutRefreshToken = {
    access_token: 'access-of-the-reconnect',
    refresh_token: undefined,
  };

  test('row 51: a reconnect that keeps the refresh token, during its rotation: the new one is kept', async () => {
    const owner = await connect();
    const answer = await whileRefreshing(owner, async () => {
      misbehaviour.tokenResponse = withoutRefreshToken;
      await connect({ owner });
    });
    assert.equal(answer['accessToken'], 'access-of-the-reconnect');
    await getToken(owner, { rejectedToken: 'access-of-the-reconnect' });
    assert.equal(spent(), 'late-refresh');
  });

  /** A connection whose refreshed pair is not in its row; `deliver` is the spool's late delivery. */
  async function withSpooledPair() {
    const owner = await connect();
    const before = await rowOf(owner);
    misbehaviour.tokenResponse = { access_token: 'late-access', refresh_token: 'late-refresh' };
    assert.equal((await rejected(owner))['accessToken'], 'late-access');
    const { tokens, updatedAt, dueAt } = await rowOf(owner);
    await table.send(new PutCommand({ TableName: 'TokenCapture', Item: before }));
    const pair = pairFor(before as Connection, { tokens, updatedAt: updatedAt + 1, dueAt });
    const Payload = JSON.stringify({ Records: [{ messageId: '1', body: mergeMessage(pair) }] });
    const command = { FunctionName: 'TokenCapture-refresh-connection', Payload };
    async function deliver() {
      const lambda = new LambdaClient(clientConfig(product.endpoint));
      const { FunctionError } = await lambda.send(new InvokeCommand(command));
      assert.equal(FunctionError, undefined);
    }
    return { owner, deliver };
  }

  test('row 51: a pair that comes out of the spool after a disconnect is revoked', async () => {
    const { owner, deliver } = await withSpooledPair();
    misbehaviour.answers['revoke'] = (_, response) => response.writeHead(503).end();
    assert.equal((await disconnect(owner))['revoked'], 'no');
    misbehaviour.answers = {};
    requests.length = 0;
    await deliver();
    assert.deepEqual(revoked(), ['late-refresh']);
    assert.equal((await getToken(owner))['status'], 'not_connected');
  });

  test('row 51: a pair that comes out of the spool after a reconnect is dropped', async () => {
    const { owner, deliver } = await withSpooledPair();
    misbehaviour.tokenResponse = { access_token: 'access-of-the-reconnect' };
    await connect({ owner });
    await deliver();
    assert.equal((await getToken(owner))['accessToken'], 'access-of-the-reconnect');
    assert.deepEqual(revoked(), []);
  });

  test('row 51: a pair that comes out of the spool after reconnects that keep the spent refresh token replaces that one', async () => {
    const { owner, deliver } = await withSpooledPair();
    misbehaviour.tokenResponse = withoutRefreshToken;
    await connect({ owner });
    await connect({ owner });
    assert.equal((await getToken(owner))['accessToken'], 'access-of-the-reconnect');
    await deliver();
    assert.equal((await getToken(owner))['accessToken'], 'access-of-the-reconnect');
    await getToken(owner, { rejectedToken: 'access-of-the-reconnect' });
    assert.equal(spent(), 'late-refresh');
  });

  test('row 49: what a caller may write down by mistake is named, and the function itself writes no token', async () => {
    const functions = readFileSync('docs/functions.md', 'utf8');
    const [, warning = ''] = /## get-token\n(.*?)\n## /s.exec(functions) ?? [];
    for (const sink of [/Step Functions/, /tracer that captures responses/, /`LogType: Tail`/]) {
      assert.match(warning, sink);
    }
    const { description } = functionSettings['get-token'];
    assert.match(description, /keep the answer out of Step Functions, traces and logs/);
    const owner = await connect();
    const before = product.logs.length;
    assert.equal((await getToken(owner))['accessToken'], ACCESS_TOKEN);
    // Of the answer of an invocation with `LogType: Tail`, this is what the log holds.
    const tail = product.logs.slice(before).join('\n');
    assert.match(tail, /"action":"token_read"/);
    assert.doesNotMatch(tail, new RegExp(`${ACCESS_TOKEN}|${REFRESH_TOKEN}`));
  });
});
