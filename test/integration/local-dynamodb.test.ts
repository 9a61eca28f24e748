import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { clientConfig, rawRequest, signed, startTestLocal } from '../support/local.ts';

async function makeTable(t: Parameters<typeof startTestLocal>[0]) {
  const { endpoint, environment } = await startTestLocal(t);
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(endpoint)));
  return { client, TableName: environment.TABLE_NAME };
}

test('the table is there with its index, and keeps bytes', async (t) => {
  const { client, TableName } = await makeTable(t);
  const tokens = Uint8Array.of(0, 128, 255);
  const Item = { pk: 'OWNER#o', sk: 'CONN#p#a', duePartition: 'p#1', dueAt: 5, tokens };
  await client.send(new PutCommand({ TableName, Item }));
  const { Item: read } = await client.send(
    new GetCommand({ TableName, Key: { pk: 'OWNER#o', sk: 'CONN#p#a' } }),
  );
  assert.deepEqual([...read!['tokens']], [0, 128, 255]);
  const { Items } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'due',
      KeyConditionExpression: 'duePartition = :p AND dueAt <= :now',
      ExpressionAttributeValues: { ':p': 'p#1', ':now': 10 },
    }),
  );
  assert.deepEqual(Items, [{ pk: 'OWNER#o', sk: 'CONN#p#a', duePartition: 'p#1', dueAt: 5 }]);
});

test('of twenty conditional removals of a map entry one wins', async (t) => {
  const { client, TableName } = await makeTable(t);
  const Key = { pk: 'SESSION#s', sk: 'SESSION' };
  await client.send(new PutCommand({ TableName, Item: { ...Key, requests: { h: { n: 1 } } } }));
  const remove = () =>
    client.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'REMOVE requests.#h',
        ConditionExpression: 'attribute_exists(requests.#h)',
        ExpressionAttributeNames: { '#h': 'h' },
        ReturnValues: 'ALL_OLD',
      }),
    );
  const results = await Promise.allSettled(Array.from({ length: 20 }, remove));
  const won = results.filter((result) => result.status === 'fulfilled');
  assert.equal(won.length, 1);
  assert.deepEqual(won[0]!.value.Attributes?.['requests'], { h: { n: 1 } });
  for (const result of results) {
    if (result.status === 'rejected') {
      assert.equal(result.reason.name, 'ConditionalCheckFailedException');
    }
  }
});

test('a null that ended the process is a SerializationException', async (t) => {
  const { endpoint } = await startTestLocal(t);
  for (const body of ['null', '{"TableName":"TokenCapture","Item":{"pk":null}}']) {
    const answer = await rawRequest(endpoint, {
      method: 'POST',
      headers: {
        ...signed('DynamoDB_20120810.PutItem'),
        'content-type': 'application/x-amz-json-1.0',
      },
      body,
    });
    assert.equal(answer.status, 400);
    assert.equal(JSON.parse(answer.body).__type, 'SerializationException');
  }
});
