import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { EventDetail } from '../../shared/events/capture-event.ts';
import { eventually } from '../support/eventually.ts';
import { clientConfig } from './support/aws.ts';
import { connect } from './support/connect.ts';
import { deployment, invoke } from './support/deployment.ts';

interface Event {
  'detail-type': string;
  detail: EventDetail;
}

const { endpoint, outputs } = deployment();
const sqs = new SQSClient(clientConfig(endpoint));
const QueueUrl = outputs['EventQueueUrl']!;

/** What has come to the queue since it was last looked at. */
async function received(): Promise<Event[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
  );
  if (Messages.length === 0) return [];
  const Entries = Messages.map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  return Messages.map(({ Body }) => JSON.parse(Body!) as Event);
}

test('events of connect, reconnect and disconnect arrive through a rule, in order, each with an id', async () => {
  const owner = 'customer-of-events';
  await connect(owner, 'ada');
  assert.equal(
    (await invoke('get-token', 'operator', { owner, provider: 'demo' }))['status'],
    'ok',
  );
  await connect(owner, 'ada');
  await invoke('disconnect', 'web', { owner, provider: 'demo' });

  const events: Event[] = [];
  await eventually(async () => {
    events.push(...(await received()).filter(({ detail }) => detail.owner === owner));
    return events.some((event) => event['detail-type'] === 'revoked');
  }, 60);
  const inOrder = events.toSorted((a, b) => (a.detail.sequence < b.detail.sequence ? -1 : 1));
  const once = new Map(inOrder.map((event) => [event.detail.id, event]));
  assert.deepEqual(
    [...once.values()].map((event) => event['detail-type']),
    ['connected', 'reconnected', 'disconnected', 'revoked'],
  );
  assert.equal(new Set([...once.values()].map(({ detail }) => detail.grantId)).size, 2);
});
