import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { clientConfig, startTestLocal, temporaryFolder } from '../support/local.ts';

async function openBus(t: TestContext, dataDirectory?: string) {
  const local = await startTestLocal(t, {
    ...(dataDirectory && { dataDirectory }),
    background: { eventBus: { name: 'connections', environmentVariable: 'EVENT_BUS_NAME' } },
  });
  const client = new EventBridgeClient(clientConfig(local.endpoint));
  const put = (...entries: Partial<PutEventsRequestEntry>[]) =>
    client.send(
      new PutEventsCommand({
        Entries: entries.map((entry) => ({
          Source: 'token-capture',
          DetailType: 'connected',
          Detail: '{}',
          EventBusName: local.environment['EVENT_BUS_NAME'],
          ...entry,
        })),
      }),
    );
  return { local, put };
}

test('an event is kept as a rule would hand it on', async (t) => {
  const { local, put } = await openBus(t);
  const Time = new Date('2026-01-02T03:04:05Z');
  const { Entries, FailedEntryCount } = await put({ Detail: '{"owner":"o"}', Time });
  assert.equal(FailedEntryCount, 0);
  assert.deepEqual(local.events(), [
    {
      version: '0',
      id: Entries![0]!.EventId,
      'detail-type': 'connected',
      source: 'token-capture',
      account: '000000000000',
      time: '2026-01-02T03:04:05.000Z',
      region: 'us-east-1',
      resources: [],
      detail: { owner: 'o' },
    },
  ]);
});

test('events stand line by line in a file for the owner alone, over restarts', async (t) => {
  const dataDirectory = await temporaryFolder(t);
  const first = await openBus(t, dataDirectory);
  await first.put({ Detail: '{"n":1}' }, { Detail: '{"n":2}' });
  await first.local.close();
  const second = await openBus(t, dataDirectory);
  await second.put({ Detail: '{"n":3}' });
  const path = join(dataDirectory, 'events.jsonl');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).detail.n),
    [1, 2, 3],
  );
  assert.equal(second.local.events().length, 3);
});

test('an entry that the service refuses fails alone', async (t) => {
  const { local, put } = await openBus(t);
  const { FailedEntryCount, Entries } = await put(
    { Source: '' },
    { DetailType: '' },
    { Detail: '{' },
    { Detail: '[]' },
    { Detail: JSON.stringify({ text: 'x'.repeat(256 * 1024) }) },
    { EventBusName: 'default' },
    { Detail: '{"n":7}' },
  );
  assert.equal(FailedEntryCount, 6);
  assert.deepEqual(
    Entries!.map(({ ErrorCode }) => ErrorCode),
    [
      'InvalidArgument',
      'InvalidArgument',
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      'InvalidArgument',
      undefined,
    ],
  );
  assert.deepEqual(
    local.events().map(({ detail }) => detail),
    [{ n: 7 }],
  );
});

test('more than ten entries are refused as a whole', async (t) => {
  const { local, put } = await openBus(t);
  await assert.rejects(put(...Array.from({ length: 11 }, () => ({}))), {
    name: 'ValidationException',
  });
  assert.deepEqual(local.events(), []);
});
