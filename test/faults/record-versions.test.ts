import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { RECORD_VERSION } from '../../shared/connections/connection.ts';
import { rowKey } from '../../shared/connections/keys.ts';
import { clientConfig } from '../support/local.ts';
import { plainConnections, plainTokens, type Who } from '../support/plain-connections.ts';
import { startPlainServer } from '../support/plain-server.ts';

const server = await startPlainServer();

describe('rows of another version', () => {
  const plain = plainConnections(server);
  const { connected, ask, rejected, statusOf } = plain;
  let client: DynamoDBDocumentClient;
  before(() => {
    const { AWS_ENDPOINT_URL_DYNAMODB } = plain.product().environment;
    client = DynamoDBDocumentClient.from(
      new DynamoDBClient(clientConfig(AWS_ENDPOINT_URL_DYNAMODB)),
    );
  });

  const row = (who: Who) => ({
    TableName: plain.product().environment.TABLE_NAME,
    Key: rowKey({ ...who, account: '7' }),
  });
  const read = async (who: Who) => (await client.send(new GetCommand(row(who)))).Item!;
  const update = (who: Who, UpdateExpression: string, values: Record<string, unknown>) =>
    client.send(
      new UpdateCommand({ ...row(who), UpdateExpression, ExpressionAttributeValues: values }),
    );

  test('row 22: a row of the version before, which lacks a newer attribute, is kept fresh and gets it', async () => {
    const who = await connected();
    const ending = (name: string) => ({ ...plainTokens(name), refresh_token_expires_in: 86_400 });
    server.answers.token = { status: 200, body: ending('second') };
    assert.equal((await rejected(who))['accessToken'], 'access-second');
    const { refreshTokenExpiresAt } = await read(who);
    await update(who, 'SET recordVersion = :before REMOVE refreshTokenExpiresAt', {
      ':before': RECORD_VERSION - 1,
    });
    assert.equal((await ask(who))['accessToken'], 'access-second');
    server.answers.token = { status: 200, body: ending('third') };
    const third = await ask(who, { rejectedToken: 'access-second' });
    assert.equal(third['accessToken'], 'access-third');
    assert.ok((await read(who))['refreshTokenExpiresAt'] >= refreshTokenExpiresAt);
    assert.deepEqual(await statusOf(who), ['connected']);
    const ended = await plain.product().invoke('disconnect', who);
    assert.equal(ended['status'], 'disconnected');
  });

  test('row 22: what the next version has written stays in the row through a refresh and a disconnect', async () => {
    const who = await connected();
    const values = { ':next': RECORD_VERSION + 1, ':more': { of: 'the next version' } };
    await update(who, 'SET recordVersion = :next, more = :more', values);
    assert.equal((await ask(who))['accessToken'], 'access-first');
    assert.equal((await rejected(who))['accessToken'], 'access-second');
    const refreshed = await read(who);
    assert.deepEqual(
      [refreshed['recordVersion'], refreshed['more']],
      [values[':next'], values[':more']],
    );
    server.answers.token = { status: 200, body: plainTokens('third') };
    const third = await ask(who, { rejectedToken: 'access-second' });
    assert.equal(third['accessToken'], 'access-third');
    await plain.product().invoke('disconnect', who);
    assert.deepEqual((await read(who))['more'], values[':more']);
  });
});
