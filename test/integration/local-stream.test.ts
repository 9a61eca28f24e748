import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { LocalHandler } from '../../infra/local/lambda-functions.ts';
import { eventually } from '../support/eventually.ts';
import { clientConfig, startTestLocal, temporaryFolder } from '../support/local.ts';

type Handler = (event: DynamoDBStreamEvent) => unknown;

const Key = { pk: 'OWNER#o', sk: 'CONN#p#a' };
const keys = { pk: { S: 'OWNER#o' }, sk: { S: 'CONN#p#a' } };

async function startStream(
  t: TestContext,
  handler: Handler,
  { batchSize, dataDirectory }: { batchSize?: number; dataDirectory?: string } = {},
) {
  const local = await startTestLocal(t, {
    ...(dataDirectory && { dataDirectory }),
    functions: { publish: { handler: handler as LocalHandler, aliases: [], timeoutSeconds: 5 } },
    background: { stream: { functionName: 'publish', ...(batchSize && { batchSize }) } },
  });
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(local.endpoint)));
  const { TABLE_NAME: TableName } = local.environment;
  const put = (item: object) =>
    client.send(new PutCommand({ TableName, Item: { ...Key, ...item } }));
  return { local, client, TableName, put };
}

/** A function that keeps what it receives. */
function recorder(): { records: DynamoDBRecord[]; handler: Handler } {
  const records: DynamoDBRecord[] = [];
  return { records, handler: ({ Records }) => void records.push(...Records) };
}

const orderOf = ({ dynamodb }: DynamoDBRecord) => Number(dynamodb?.NewImage?.['n']?.N);

test('an insert, a change and a removal reach the function with old and new image', async (t) => {
  const { records, handler } = recorder();
  const { client, TableName, put } = await startStream(t, handler);
  await put({ tokens: Uint8Array.of(0, 255) });
  await client.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: 'SET n = :n REMOVE tokens',
      ExpressionAttributeValues: { ':n': 1 },
    }),
  );
  await client.send(new DeleteCommand({ TableName, Key }));
  await eventually(() => records.length === 3);
  const inserted = { ...keys, tokens: { B: 'AP8=' } };
  const changed = { ...keys, n: { N: '1' } };
  const images = records.map(({ eventName, dynamodb }) => [
    eventName,
    dynamodb?.Keys,
    dynamodb?.OldImage,
    dynamodb?.NewImage,
  ]);
  assert.deepEqual(images, [
    ['INSERT', keys, undefined, inserted],
    ['MODIFY', keys, inserted, changed],
    ['REMOVE', keys, changed, undefined],
  ]);
  const [first] = records;
  assert.match(first!.eventID!, /^[0-9a-f]{32}$/);
  assert.match(first!.dynamodb!.SequenceNumber!, /^\d{21}$/);
  assert.equal(first!.eventSource, 'aws:dynamodb');
  assert.match(first!.eventSourceARN!, /:table\/TokenCapture\/stream\//);
  assert.equal(first!.dynamodb!.StreamViewType, 'NEW_AND_OLD_IMAGES');
  const numbers = records.map(({ dynamodb }) => dynamodb!.SequenceNumber!);
  assert.deepEqual(numbers, [...new Set(numbers)].sort());
});

test('a write that changes nothing, or is refused, gives no record and its own answer', async (t) => {
  const { records, handler } = recorder();
  const { client, TableName, put } = await startStream(t, handler);
  await put({ n: 1 });
  await put({ n: 1 });
  await client.send(new DeleteCommand({ TableName, Key: { ...Key, sk: 'none' } }));
  await assert.rejects(
    client.send(
      new PutCommand({
        TableName,
        Item: { ...Key, n: 3 },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
    { name: 'ConditionalCheckFailedException' },
  );
  await assert.rejects(client.send(new PutCommand({ TableName, Item: { ...Key, sk: '' } })), {
    name: 'ValidationException',
  });
  const { Attributes } = await client.send(
    new PutCommand({ TableName, Item: { ...Key, n: 2 }, ReturnValues: 'ALL_OLD' }),
  );
  assert.deepEqual(Attributes, { ...Key, n: 1 });
  await eventually(() => records.length === 2);
  assert.deepEqual(records.map(orderOf), [1, 2]);
});

test('each of fifty writes at once to one item has the image before it', async (t) => {
  const { records, handler } = recorder();
  const { client, TableName } = await startStream(t, handler);
  const increment = () =>
    client.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
  await Promise.all(Array.from({ length: 50 }, increment));
  await eventually(() => records.length === 50);
  const steps = records.map((record) => [record.dynamodb?.OldImage?.['n']?.N, orderOf(record)]);
  const expected = Array.from({ length: 50 }, (_, n) => [n === 0 ? undefined : `${n}`, n + 1]);
  assert.deepEqual(steps, expected);
});

test('from the first record that was not taken on, they come again, in order', async (t) => {
  const seen: number[] = [];
  let failures = 0;
  const { put } = await startStream(
    t,
    ({ Records }) => {
      const numbers = Records.map(orderOf);
      seen.push(...numbers);
      if (failures === 2 || !numbers.includes(3)) return undefined;
      failures += 1;
      const itemIdentifier = Records[numbers.indexOf(3)]!.dynamodb!.SequenceNumber!;
      return { batchItemFailures: [{ itemIdentifier }] };
    },
    { batchSize: 2 },
  );
  for (const n of [1, 2, 3, 4, 5]) await put({ n });
  await eventually(() => seen.at(-1) === 5);
  assert.equal(seen.filter((n) => n === 3).length, 3);
  assert.deepEqual([...new Set(seen)], [1, 2, 3, 4, 5]);
});

test('a function that fails gets its records again, also after a restart', async (t) => {
  const dataDirectory = await temporaryFolder(t);
  t.mock.method(console, 'error', () => undefined);
  let runs = 0;
  const failing = () => {
    runs += 1;
    throw new Error('the bus is down');
  };
  const first = await startStream(t, failing, { dataDirectory });
  await first.put({ n: 1 });
  await first.put({ n: 2 });
  await eventually(() => runs > 1);
  await first.local.close();
  assert.equal((await stat(join(dataDirectory, 'stream.jsonl'))).mode & 0o777, 0o600);

  const { records, handler } = recorder();
  const second = await startStream(t, handler, { dataDirectory });
  await second.put({ n: 3 });
  await eventually(() => records.length === 3);
  assert.deepEqual(records.map(orderOf), [1, 2, 3]);
  await second.local.close();

  const third = recorder();
  const { put, client, TableName } = await startStream(t, third.handler, { dataDirectory });
  assert.equal((await client.send(new GetCommand({ TableName, Key }))).Item?.['n'], 3);
  await put({ n: 4 });
  await eventually(() => third.records.length > 0);
  assert.deepEqual(third.records.map(orderOf), [4]);
});

test('an item whose time to live has passed is removed by DynamoDB, as the record says', async (t) => {
  const dataDirectory = await temporaryFolder(t);
  const now = Math.floor(Date.now() / 1000);
  const first = recorder();
  const before = await startStream(t, first.handler, { dataDirectory });
  await before.put({ sk: 'past', ttl: now - 60 });
  await before.put({ sk: 'future', ttl: now + 3600 });
  await before.put({ sk: 'never' });
  await eventually(() => first.records.length === 3);
  await before.local.close();

  const { records, handler } = recorder();
  const { client, TableName } = await startStream(t, handler, { dataDirectory });
  await eventually(() => records.length > 0);
  assert.deepEqual(
    records.map(({ eventName, userIdentity, dynamodb }) => [
      eventName,
      userIdentity,
      dynamodb?.OldImage?.['sk']?.S,
    ]),
    [['REMOVE', { type: 'Service', principalId: 'dynamodb.amazonaws.com' }, 'past']],
  );
  for (const [sk, left] of Object.entries({ past: false, future: true, never: true })) {
    const { Item } = await client.send(new GetCommand({ TableName, Key: { ...Key, sk } }));
    assert.equal(Item !== undefined, left, sk);
  }
});
