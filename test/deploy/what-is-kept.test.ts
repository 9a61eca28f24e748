import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  type AttributeValue,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { clientConfig } from './support/aws.ts';
import { connect } from './support/connect.ts';
import { deployment, invoke } from './support/deployment.ts';
import { allLogs } from './support/logs.ts';
import { onlyResource, TABLE } from './support/stack.ts';

type Item = Record<string, AttributeValue>;

const { endpoint, client } = deployment();
const db = new DynamoDBClient(clientConfig(endpoint));

describe('what is kept', () => {
  let TableName: string;
  const secrets: string[] = [client.clientSecret];

  const rows = async (): Promise<Item[]> =>
    (await db.send(new ScanCommand({ TableName }))).Items ?? [];
  const rowOf = async (owner: string): Promise<Item> =>
    (await rows()).find((item) => item['pk']?.S === `OWNER#${owner}`)!;

  before(async () => {
    TableName = (await onlyResource(endpoint, TABLE)).physicalId;
    for (const [owner, login] of [
      ['customer-7', 'grace'],
      ['customer-8', 'edsger'],
    ] as const) {
      const connected = await connect(owner, login);
      secrets.push(...connected.secrets);
      const { accessToken } = await invoke<{ accessToken: string }>('get-token', 'billing', {
        owner,
        provider: 'demo',
      });
      secrets.push(accessToken);
    }
  });

  test('in the table nothing secret stands in plain text', async () => {
    const dump = (await rows()).map(plainText).join('\n');
    assert.match(dump, /OWNER#customer-7/);
    for (const secret of secrets) assert.ok(!dump.includes(secret), 'a secret is in the table');
    // The sealed profile holds it.
    assert.doesNotMatch(dump, /grace@example\.com/);
  });

  test('in the logs nothing secret stands', async () => {
    const logs = await allLogs(endpoint);
    const text = JSON.stringify(logs);
    assert.match(text, /token_read/);
    for (const secret of secrets) assert.ok(!text.includes(secret), 'a secret is in the logs');
  });

  test('a sealed value does not open in another row, and the function says nothing of it', async () => {
    const [own, other] = [await rowOf('customer-7'), await rowOf('customer-8')];
    const getToken = () =>
      invoke('get-token', 'billing', { owner: 'customer-7', provider: 'demo' });
    await db.send(new PutItemCommand({ TableName, Item: { ...own, tokens: other['tokens']! } }));
    await assert.rejects(getToken(), { name: 'SealBroken' });
    await db.send(new PutItemCommand({ TableName, Item: own }));
    assert.equal((await getToken())['status'], 'ok');
  });
});

/** Everything in an item, bytes as the text that they would be, and in their usual encodings. */
function plainText(item: Item): string {
  return JSON.stringify(item, (_, value: unknown) => {
    if (!(value instanceof Uint8Array)) return value;
    const bytes = Buffer.from(value);
    return ['latin1', 'utf16le', 'hex', 'base64'].map((encoding) =>
      bytes.toString(encoding as BufferEncoding),
    );
  });
}
