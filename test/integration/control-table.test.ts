import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
} from '@aws-sdk/lib-dynamodb';
import { controlKey, controls, makeControlTable } from '../../shared/connections/control-table.ts';
import { tableForSuite } from '../support/table.ts';

describe('control rows', () => {
  const table = tableForSuite();

  const disable = (partition: string, reason?: string) =>
    table().client.send(
      new PutCommand({
        TableName: table().name,
        Item: { ...controlKey(partition), disabledAt: 1, by: 'ada', reason },
      }),
    );

  test('a provider is off when it is, or its owner, or everything', async () => {
    const fresh = () => makeControlTable(table().client, table().name, () => 0);
    const off = async (owner: string) => [
      ...(await fresh().disabled(owner, ['github', 'slack'])).keys(),
    ];
    await disable(controls.provider('slack'), 'incident');
    assert.deepEqual(await off('any'), ['slack']);
    const control = (await fresh().disabled('any', ['slack'])).get('slack');
    assert.deepEqual(control, { disabledAt: 1, by: 'ada', reason: 'incident' });
    await disable(controls.owner('a#b'));
    assert.deepEqual(await off('a#b'), ['github', 'slack']);
    assert.deepEqual(await off('a'), ['slack']);
    await disable(controls.all);
    assert.deepEqual(await off('any'), ['github', 'slack']);
  });

  test('what was read is believed for less than 5 seconds, for this owner and provider alone', async () => {
    let now = 0;
    const cached = makeControlTable(table().client, table().name, () => now);
    const isOff = async (owner: string) => (await cached.disabled(owner, ['box'])).has('box');
    await table().client.send(
      new DeleteCommand({ TableName: table().name, Key: controlKey(controls.all) }),
    );
    assert.equal(await isOff('kept'), false);
    await disable(controls.owner('kept'));
    await disable(controls.owner('other'));
    now = 4_999;
    assert.equal(await isOff('kept'), false);
    assert.equal(await isOff('other'), true);
    now = 5_000;
    assert.equal(await isOff('kept'), true);
  });

  test('rows that DynamoDB leaves out are asked for again, and never taken for absent', async () => {
    const leavesOut = (times: number) => {
      let left = times;
      const busy = {
        send: async (command: BatchGetCommand) => {
          const answer = await table().client.send(command);
          if (left-- <= 0) return answer;
          return { Responses: {}, UnprocessedKeys: command.input.RequestItems };
        },
      } as unknown as DynamoDBDocumentClient;
      return makeControlTable(busy, table().name, () => 0).disabled('busy', ['slack']);
    };
    assert.equal((await leavesOut(2)).has('slack'), true);
    await assert.rejects(leavesOut(3), { name: 'TableThrottled', retryable: true });
  });
});
