import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { BackgroundOptions } from '../../infra/local/background.ts';
import { hashOf } from '../../shared/capture/session-secrets.ts';
import { NEVER } from '../../shared/connections/connection.ts';
import { pendingSort, rowKey } from '../../shared/connections/keys.ts';
import { runTool } from '../support/cli.ts';
import { type FaultProxy, makeFaultProxy } from '../support/fault-proxy.ts';
import { clientConfig } from '../support/local.ts';
import { plainTokens, roundTrip } from '../support/plain-connections.ts';
import { type PlainServer, startPlainServer } from '../support/plain-server.ts';
import { type Product, productForSuite } from '../support/product.ts';

const DAY = 24 * 60 * 60;
const server: PlainServer = await startPlainServer();
const proxy: FaultProxy = makeFaultProxy();
const good = structuredClone(server.answers);
// A provider for each test: what one has due, and its window, is not the other's.
const PROVIDERS = ['twice', 'down', 'buried', 'notices', 'dead', 'ahead', 'pending', 'same'];

describe('the sweep under faults', () => {
  const suite = productForSuite({
    proxy,
    background: impatient,
    configuration: () => ({
      returnUrls: ['https://app.example.com/settings'],
      providers: PROVIDERS.map((id) => ({
        ...server.provider(id),
        refreshTokenIdleLifetime: 90 * DAY,
        ...(id === 'notices' && { consentLifetime: 60 * DAY }),
      })),
    }),
  });
  let product: Product;
  let table: DynamoDBDocumentClient;
  let lambda: LambdaClient;
  before(async () => {
    product = suite();
    table = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(product.endpoint)));
    lambda = new LambdaClient(clientConfig(product.endpoint));
    for (const id of PROVIDERS) {
      await product.setSecret(id, { client_id: 'id', client_secret: 'client-secret' });
    }
  });
  after(() => server.close());

  async function connect(provider: string) {
    assert.match(await callBack(provider), /status=connected/);
    server.requests.length = 0;
    const { connections } = await product.invoke<{ connections: { account: string }[] }>(
      'list-connections',
      { owner: 'o', provider },
    );
    return { owner: 'o', provider, account: connections[0]!.account };
  }
  function callBack(provider: string, session: object = {}) {
    Object.assign(server.answers, structuredClone(good));
    server.answers.token.body = plainTokens('canary');
    return roundTrip(product, { owner: 'o', provider }, session);
  }
  type Key = Awaited<ReturnType<typeof connect>>;
  const now = () => Math.floor(Date.now() / 1_000);

  const rowOf = async (key: Key) =>
    (await table.send(new GetCommand({ TableName: 'TokenCapture', Key: rowKey(key) }))).Item!;
  const change = (key: Key, values: Record<string, number>) =>
    table.send(
      new UpdateCommand({
        TableName: 'TokenCapture',
        Key: rowKey(key),
        UpdateExpression: `SET ${Object.keys(values)
          .map((name) => `${name} = :${name}`)
          .join(', ')}`,
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [`:${name}`, value]),
        ),
      }),
    );
  const tick = async () => {
    const command = new InvokeCommand({ FunctionName: 'TokenCapture-refresh-due', Payload: '{}' });
    const { FunctionError, Payload } = await lambda.send(command);
    assert.equal(FunctionError, undefined, Buffer.from(Payload!).toString());
  };
  /** Messages that the runs say they have queued. */
  const queuedFor = (provider: string) =>
    product.logs
      .flatMap((line) => JSON.parse(line) as Record<string, unknown>[])
      .filter((each) => each['message'] === 'refresh-due' && each['provider'] === provider)
      .reduce((sum, { queued }) => sum + (queued as number), 0);
  /** Of a refresh token that nobody has used. */
  const lastDay = () => ({ updatedAt: now() - 89 * DAY, refreshTokenExpiresAt: now() + DAY });
  /** As if its time had come. */
  const comesUp = (key: Key, values: Record<string, number> = {}) =>
    change(key, { ...values, dueAt: now() - 1 });
  const tool = async (...argv: string[]) => {
    const outcome = await runTool([...argv, '--local', '--data', product.dataDirectory, '--json']);
    assert.equal(outcome.status, 0, outcome.stderr);
    assert.doesNotMatch(outcome.stdout + outcome.stderr, /canary|sealed/);
    return outcome.json() as Record<string, { provider: string; kind: string }[]>;
  };
  const deadLettersOf = async (provider: string) =>
    (await tool('dead-letters', 'list'))['deadLetters']!.filter(
      (each) => each.provider === provider,
    );
  const windowEnds = (provider: string, retryAt: number) =>
    table.send(
      new UpdateCommand({
        TableName: 'TokenCapture',
        Key: { pk: `PROVIDER#${provider}`, sk: 'HEALTH' },
        UpdateExpression: 'SET retryAt = :retryAt, failures = if_not_exists(failures, :none)',
        ExpressionAttributeValues: { ':retryAt': retryAt, ':none': 0 },
      }),
    );
  const requests = (path: string) => server.requests.filter((each) => each.path === path).length;

  /** Waits for what is under way: a condition on the row, a few seconds at most. */
  async function eventually(key: Key, holds: (row: Record<string, unknown>) => boolean) {
    for (let attempt = 0; attempt < 100; attempt++) {
      const row = await rowOf(key);
      if (holds(row)) return row;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.fail(`not within ten seconds: ${JSON.stringify(await rowOf(key), hideBytes)}`);
  }

  test('row 23: the schedule fires twice: one refresh', async () => {
    const key = await connect('twice');
    const { version } = await rowOf(key);
    await comesUp(key, lastDay());
    await Promise.all([tick(), tick()]);
    const row = await eventually(key, (each) => each['version'] !== version);
    assert.equal(row['version'], (version as number) + 1);
    assert.ok((row['dueAt'] as number) > now() + 80 * DAY);
    await tick();
    assert.equal(requests('/token'), 1);
    assert.equal(queuedFor('twice'), 1);
  });

  test('a provider that is down postpones what is due, further each time, and leaves no dead letter', async () => {
    const key = await connect('down');
    server.answers.token.status = 503;
    // More often than a message is received before it is given up.
    for (let failures = 1; failures <= 4; failures++) {
      await comesUp(key, lastDay());
      await windowEnds('down', now() - 1);
      await tick();
      const { dueAt } = await eventually(key, (row) => row['failures'] === failures);
      const waits = (dueAt as number) - now();
      const expected = 300 * 2 ** (failures - 1);
      assert.ok(waits > expected - 60 && waits <= expected, `${waits} of ${expected}`);
    }
    assert.equal(requests('/token'), 4);
    assert.deepEqual(await deadLettersOf('down'), []);
    // Within the window nothing is queued at all.
    await windowEnds('down', now() + 300);
    await comesUp(key);
    const { dueAt } = await rowOf(key);
    await tick();
    assert.equal((await rowOf(key))['dueAt'], dueAt);
  });

  test('a tombstone whose revocation failed is revoked by the sweep', async () => {
    const key = await connect('buried');
    server.answers.revocation.status = 503;
    const { revoked } = await product.invoke<{ revoked: string }>('disconnect', key);
    assert.equal(revoked, 'no');
    const buried = await rowOf(key);
    assert.ok(buried['tokens'] !== undefined);
    assert.ok((buried['dueAt'] as number) > now() + 200);
    await comesUp(key);
    await tick();
    await eventually(key, (row) => row['failures'] === 2);
    server.answers.revocation.status = 200;
    await comesUp(key);
    await tick();
    const clean = await eventually(key, (row) => row['tokens'] === undefined);
    assert.deepEqual([clean['status'], clean['dueAt']], ['disconnected', NEVER]);
    assert.equal(requests('/revoke'), 3);
  });

  test('notices of the end of a consent at 30, 7 and 1 days: each is written once, and refreshes nothing', async () => {
    const key = await connect('notices');
    const { version } = await rowOf(key);
    const written: string[] = [];
    proxy.fate = ({ body }) => {
      const notice = /":consentNotice":\{"N":"(\d+)"/.exec(body)?.[1];
      if (notice !== undefined) written.push(notice);
      return 'pass';
    };
    for (const days of [30, 7, 1]) {
      const ends = now() + days * DAY - 60;
      await comesUp(key, { consentEndsAt: ends, connectedAt: now() - 90 * DAY });
      await Promise.all([tick(), tick()]);
      const row = await eventually(key, (each) => each['consentNotice'] === days);
      await comesUp(key);
      await tick();
      const again = await eventually(key, (each) => (each['dueAt'] as number) > now() + 1_000);
      assert.equal(again['dueAt'], row['dueAt']);
    }
    proxy.fate = () => 'pass';
    assert.deepEqual(written, ['30', '7', '1']);
    assert.equal((await rowOf(key))['version'], version);
    assert.equal(requests('/token'), 0);
  });

  test('what throws ends among the dead letters, and is done when it is replayed', async () => {
    const key = await connect('dead');
    const { version } = await rowOf(key);
    proxy.fate = ({ target }) => (target === 'TrentService.Decrypt' ? 'down' : 'pass');
    await comesUp(key, lastDay());
    await tick();
    let letters: unknown[] = [];
    for (let attempt = 0; letters.length === 0 && attempt < 30; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      letters = await deadLettersOf('dead');
    }
    const { owner, account } = key;
    const [letter] = letters as Record<string, string>[];
    assert.deepEqual(
      { ...letter, id: '', sentAt: '' },
      { id: '', kind: 'refresh', owner, provider: 'dead', account, sentAt: '' },
    );
    assert.equal((await rowOf(key))['version'], version);
    proxy.fate = () => 'pass';
    assert.equal((await tool('dead-letters', 'replay'))['replayed']!.length, 1);
    await eventually(key, (row) => row['version'] === (version as number) + 1);
    assert.deepEqual(await deadLettersOf('dead'), []);
    assert.equal(requests('/token'), 1);
  });

  /** The row of what waits for its confirmation. */
  async function pendingAt(provider: string) {
    const returnUrl = 'https://app.example.com/settings';
    const back = new URL(await callBack(provider, { confirm: true, returnUrl }));
    const code = back.searchParams.get('connect_code')!;
    const key = { pk: 'OWNER#o', sk: pendingSort(hashOf(code)) };
    const row = async () =>
      (await table.send(new GetCommand({ TableName: 'TokenCapture', Key: key }))).Item;
    return { key, row };
  }
  /** Lets the time for a confirmation end; waits until the sweep has taken the row away. */
  async function nobodyConfirms({ key, row }: Awaited<ReturnType<typeof pendingAt>>) {
    server.requests.length = 0;
    await table.send(
      new UpdateCommand({
        TableName: 'TokenCapture',
        Key: key,
        UpdateExpression: 'SET dueAt = :past, expiresAt = :past',
        ExpressionAttributeValues: { ':past': now() - 1 },
      }),
    );
    await tick();
    for (let attempt = 0; (await row()) !== undefined && attempt < 100; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(await row(), undefined);
  }

  test('what nobody has confirmed in time is revoked and taken away', async () => {
    const pending = await pendingAt('pending');
    const { row } = pending;
    const { expiresAt, dueAt } = (await row())!;
    assert.ok(expiresAt > now() + 500);
    // Not while a confirmation of the last moment is under way.
    assert.equal(dueAt, expiresAt + 60);
    await nobodyConfirms(pending);
    assert.equal(requests('/revoke'), 1);
  });

  test('a reconnect that nobody confirms ended the connection, where a provider gives the same token again', async () => {
    const key = await connect('same');
    await nobodyConfirms(await pendingAt('same'));
    assert.equal(requests('/revoke'), 0);
    assert.equal((await product.invoke('get-token', key))['status'], 'ok');
  });

  test('a token in use is refreshed before it ends, by one write for the token and no new version', async () => {
    const key = await connect('ahead');
    const { version } = await rowOf(key);
    const expiresAt = now() + 1_200;
    await change(key, { updatedAt: now() - 2_400, expiresAt });
    let writes = 0;
    proxy.fate = ({ target, body }) => {
      if (target.endsWith('UpdateItem') && body.includes('CONN#ahead#')) writes += 1;
      return 'pass';
    };
    for (let call = 0; call < 3; call++) await product.invoke('get-token', key);
    proxy.fate = () => 'pass';
    const scheduled = await rowOf(key);
    assert.deepEqual(
      [scheduled['dueAt'], scheduled['version'], writes],
      [expiresAt - 300, version, 1],
    );
    await comesUp(key, { expiresAt: now() + 290 });
    await tick();
    await eventually(key, (row) => row['version'] === (version as number) + 1);
    assert.equal(requests('/token'), 1);
  });
});

/** Messages come again after a second, and are given up at the third receive. */
function impatient(options: BackgroundOptions): BackgroundOptions {
  const queues = options.queues!.map((queue) => ({
    ...queue,
    visibilitySeconds: 1,
    ...(queue.deadLetters && { deadLetters: { ...queue.deadLetters, maxReceives: 2 } }),
  }));
  return { ...options, queues };
}

const hideBytes = (_key: string, value: unknown) =>
  value instanceof Uint8Array ? '[bytes]' : value;
