import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient, RotateKeyOnDemandCommand } from '@aws-sdk/client-kms';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Connection, ConnectionKey } from '../../shared/connections/connection.ts';
import { rowKey } from '../../shared/connections/keys.ts';
import type { SealedValue } from '../../shared/vault/sealed-json.ts';
import { connectDemo } from '../support/connect-demo.ts';
import { clientConfig } from '../support/local.ts';
import { type Product, productForSuite } from '../support/product.ts';

type Kind = 'tokens' | 'profile';

describe('sealed values in the table', () => {
  const suite = productForSuite({
    configuration: (issuer) => ({
      providers: [{ id: 'other', name: 'Other', issuer, scopes: ['openid'] }],
    }),
  });
  let product: Product;
  let table: DynamoDBDocumentClient;
  before(async () => {
    product = suite();
    table = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(product.endpoint)));
  });

  async function connect(owner: string, login: string): Promise<ConnectionKey> {
    await connectDemo(product, owner, login);
    return { owner, provider: 'demo', account: login };
  }
  const at = (key: ConnectionKey) => ({ TableName: 'TokenCapture', Key: rowKey(key) });
  const read = async (key: ConnectionKey) =>
    (await table.send(new GetCommand(at(key)))).Item as Connection;
  const write = (key: ConnectionKey, kind: Kind, value: SealedValue) =>
    table.send(
      new UpdateCommand({
        ...at(key),
        UpdateExpression: 'SET #kind = :value',
        ExpressionAttributeNames: { '#kind': kind },
        ExpressionAttributeValues: { ':value': value },
      }),
    );
  const getToken = (key: ConnectionKey) => product.invoke('get-token', key);
  const list = ({ owner }: ConnectionKey) =>
    product.invoke<{ connections: Record<string, unknown>[] }>('list-connections', { owner });

  /** Puts a foreign value where one of the row stands; what opens it is refused, and the log says so. */
  async function refused(key: ConnectionKey, kind: Kind, value: SealedValue) {
    const own = (await read(key))[kind]!;
    await write(key, kind, value);
    product.logs.length = 0;
    await assert.rejects(kind === 'tokens' ? getToken(key) : list(key), { name: 'SealBroken' });
    const told = product.logs.filter((line) => line.includes('"message":"seal broken"'));
    assert.equal(told.length, 1, product.logs.join('\n'));
    assert.ok(told[0]!.includes(`"kind":"${kind}","provider":"${key.provider}"`), told[0]);
    await write(key, kind, own);
  }

  test('row 38: a sealed value does not open in another row, owner, account or kind', async () => {
    const ada = await connect('seal-1', 'ada');
    const others = [await connect('seal-1', 'grace'), await connect('seal-2', 'ada')];
    for (const other of others) {
      for (const kind of ['tokens', 'profile'] as const) {
        await refused(ada, kind, (await read(other))[kind]!);
      }
    }
    const { tokens, profile } = await read(ada);
    await refused(ada, 'tokens', profile!);
    await refused(ada, 'profile', tokens!);
    assert.equal((await getToken(ada))['status'], 'ok');
  });

  test('row 38: nor at another provider', async () => {
    const ada = await connect('seal-3', 'ada');
    const { tokens, ...row } = await read(ada);
    const moved = { ...ada, provider: 'other' };
    await table.send(
      new PutCommand({
        TableName: 'TokenCapture',
        Item: { ...row, tokens, ...moved, ...rowKey(moved) },
      }),
    );
    await refused(moved, 'tokens', tokens!);
  });

  test('row 38: nor in a row that was copied whole, with the names that stand in it', async () => {
    const victim = await connect('seal-7', 'ada');
    const copy = { ...victim, owner: 'seal-8' };
    await table.send(
      new PutCommand({
        TableName: 'TokenCapture',
        Item: { ...(await read(victim)), ...rowKey(copy) },
      }),
    );
    await assert.rejects(getToken(copy), { name: 'SealBroken' });
    await assert.rejects(list(copy), { name: 'SealBroken' });
    await assert.rejects(product.invoke('get-token', { owner: 'seal-8', provider: 'demo' }), {
      name: 'SealBroken',
    });
  });

  test('row 38: nor beside the writeId of another version', async () => {
    const ada = await connect('seal-4', 'ada');
    const earlier = (await read(ada)).tokens!;
    await connect('seal-4', 'ada');
    const { writeId } = (await read(ada)).tokens!;
    await refused(ada, 'tokens', { writeId, sealed: earlier.sealed });
  });

  test('row 38: nor with a byte changed', async () => {
    const ada = await connect('seal-5', 'ada');
    const { writeId, sealed } = (await read(ada)).tokens!;
    const altered = Uint8Array.from(sealed);
    altered[altered.length - 1]! ^= 1;
    await refused(ada, 'tokens', { writeId, sealed: altered });
  });

  test('the KMS key is rotated: rows stay as they are and open, new ones are sealed under the new material', async () => {
    const ada = await connect('seal-6', 'ada');
    const { tokens } = await read(ada);
    const kms = new KMSClient(clientConfig(product.endpoint));
    await kms.send(new RotateKeyOnDemandCommand({ KeyId: process.env['KEY_ID']! }));
    const grace = await connect('seal-6', 'grace');
    // No function has opened this one before: none has its data key in memory.
    assert.equal((await getToken(ada))['status'], 'ok');
    assert.equal((await getToken(grace))['status'], 'ok');
    assert.deepEqual((await list(ada)).connections.length, 2);
    assert.deepEqual((await read(ada)).tokens, tokens);
  });
});
