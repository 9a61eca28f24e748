import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Connection } from '../../shared/connections/connection.ts';
import { rowKey } from '../../shared/connections/keys.ts';
import { parseBlob } from '../../shared/vault/sealed-blob.ts';
import { type CliRun, runTool } from '../support/cli.ts';
import { connectDemo } from '../support/connect-demo.ts';
import { clientConfig } from '../support/local.ts';
import { type Product, productForSuite } from '../support/product.ts';

describe('token-capture reseal', () => {
  const suite = productForSuite();
  const owners = Array.from({ length: 30 }, (_, index) => `reseal-${index}`);
  let product: Product;
  let table: DynamoDBDocumentClient;
  before(async () => {
    product = suite();
    table = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(product.endpoint)));
    for (const owner of owners) await connectDemo(product, owner);
  });

  const run = (argv: string[], how?: CliRun) =>
    runTool(['reseal', ...argv, '--local', '--data', product.dataDirectory], how);
  const read = async (owner: string) => {
    const Key = rowKey({ owner, provider: 'demo', account: 'ada' });
    return (await table.send(new GetCommand({ TableName: 'TokenCapture', Key })))
      .Item as Connection;
  };
  const dataKeys = ({ tokens, profile }: Connection) =>
    [tokens!, profile!].map(({ sealed }) =>
      Buffer.from(parseBlob(sealed).encryptedDataKey).toString('base64'),
    );
  const accessToken = async (owner: string) =>
    (await product.invoke('get-token', { owner, provider: 'demo' }))['accessToken'];

  test('tokens and profile get new data keys, and stay what they were, in the same version', async () => {
    const [owner] = owners as [string];
    const before = await read(owner);
    const token = await accessToken(owner);
    const done = await run(['--owner', owner, '--json']);
    assert.equal(done.status, 0, done.stderr);
    assert.equal((done.json() as { resealed: number }).resealed, 1);
    const after = await read(owner);
    for (const key of dataKeys(after)) assert.ok(!dataKeys(before).includes(key));
    const { tokens, profile, resealedAt, ...rest } = after;
    const { tokens: earlier, profile: _, ...was } = before;
    assert.deepEqual(rest, was);
    assert.equal(tokens!.writeId, earlier!.writeId);
    assert.ok(resealedAt! > 0);
    assert.equal(await accessToken(owner), token);
    assert.match(product.logs.join('\n'), /"message":"refresh-connection".*"result":"resealed"/);
    const { connections } = await product.invoke<{ connections: { account: string }[] }>(
      'list-connections',
      { owner },
    );
    assert.deepEqual(
      connections.map(({ account }) => account),
      ['ada'],
    );
  });

  test('interrupted, it goes on where it ended', async () => {
    const done = async () =>
      (await Promise.all(owners.map(read))).filter(({ resealedAt }) => resealedAt !== undefined);
    const first = await run(['--all'], {
      meanwhile: async (child) => {
        while ((await done()).length < 2) await sleep(5);
        child.kill('SIGINT');
      },
    });
    assert.equal(first.status, 1, first.stdout);
    const since = /run the same command with --since (\S+) to go on/.exec(first.stderr)?.[1];
    assert.ok(since, first.stderr);
    const before = await done();
    assert.ok(before.length < owners.length, String(before.length));

    const second = await run(['--provider', 'demo', '--since', since]);
    assert.equal(second.status, 0, second.stderr);
    assert.match(second.stderr, /^\[#{24}\] 100 % {2}30 sealed anew$/m);
    assert.equal((await done()).length, owners.length);
    const early = before.filter(({ resealedAt }) => resealedAt! >= Date.parse(since) / 1_000);
    assert.ok(early.length > 0);
    for (const row of early) assert.deepEqual(await read(row.owner), row);
  });

  test('a time that is none is wrong usage', async () => {
    const refused = await run(['--all', '--since', 'yesterday']);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /--since: expected a time such as/);
  });
});
