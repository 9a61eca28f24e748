import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { BackgroundOptions } from '../../infra/local/background.ts';
import { clientConfig, startTestLocal, temporaryFolder } from '../support/local.ts';

const background: BackgroundOptions = {
  queues: [
    {
      name: 'work',
      environmentVariable: 'WORK_QUEUE_URL',
      visibilitySeconds: 60,
      deadLetters: { queue: 'work-dead', maxReceives: 2 },
    },
    { name: 'work-dead' },
  ],
};

async function openQueue(t: TestContext, dataDirectory?: string) {
  const local = await startTestLocal(t, { background, ...(dataDirectory && { dataDirectory }) });
  const client = new SQSClient(clientConfig(local.endpoint));
  const QueueUrl = local.environment['WORK_QUEUE_URL']!;
  const send = (MessageBody: string, DelaySeconds?: number) =>
    client.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
  const receive = async (options: { VisibilityTimeout?: number; QueueUrl?: string } = {}) => {
    const command = { QueueUrl, MaxNumberOfMessages: 10, ...options };
    return (await client.send(new ReceiveMessageCommand(command))).Messages ?? [];
  };
  const counts = async () => {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    return [
      Attributes!['ApproximateNumberOfMessages'],
      Attributes!['ApproximateNumberOfMessagesNotVisible'],
      Attributes!['ApproximateNumberOfMessagesDelayed'],
    ].map(Number);
  };
  return { local, client, QueueUrl, send, receive, counts };
}

test('the queue URL is that of the AWS account, in the variable that was named', async (t) => {
  const { local, client, QueueUrl } = await openQueue(t);
  assert.equal(QueueUrl, `${local.endpoint}/000000000000/work`);
  assert.equal(local.environment.AWS_ENDPOINT_URL_SQS, local.endpoint);
  assert.deepEqual(
    (await client.send(new GetQueueUrlCommand({ QueueName: 'work' }))).QueueUrl,
    QueueUrl,
  );
});

test('a message is received with the checksum that the SDK checks, hidden, and deleted', async (t) => {
  const { client, QueueUrl, send, receive, counts } = await openQueue(t);
  await send('grüße');
  assert.deepEqual(await counts(), [1, 0, 0]);
  const [message] = await receive();
  assert.equal(message?.Body, 'grüße');
  assert.equal(message?.Attributes?.ApproximateReceiveCount, '1');
  assert.deepEqual(await receive(), []);
  assert.deepEqual(await counts(), [0, 1, 0]);
  const { ReceiptHandle } = message!;
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  assert.deepEqual(await counts(), [0, 0, 0]);
});

test('a delayed message is not there yet', async (t) => {
  const { send, receive, counts } = await openQueue(t);
  await send('later', 900);
  assert.deepEqual(await receive(), []);
  assert.deepEqual(await counts(), [0, 0, 1]);
});

test('a batch is sent and deleted by its entries', async (t) => {
  const { client, QueueUrl, receive, counts } = await openQueue(t);
  const { Successful } = await client.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: `body ${Id}` })),
    }),
  );
  assert.deepEqual(
    Successful!.map(({ Id }) => Id),
    ['a', 'b', 'c'],
  );
  const messages = await receive();
  assert.deepEqual(
    messages.map(({ Body }) => Body),
    ['body a', 'body b', 'body c'],
  );
  const Entries = messages
    .slice(0, 2)
    .map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  assert.deepEqual(await counts(), [0, 1, 0]);
});

test('a message that was received too often goes to the dead letters', async (t) => {
  const { local, send, receive } = await openQueue(t);
  const { MessageId } = await send('poison');
  for (const count of ['1', '2']) {
    const [message] = await receive({ VisibilityTimeout: 0 });
    assert.equal(message?.Attributes?.ApproximateReceiveCount, count);
  }
  assert.deepEqual(await receive(), []);
  const QueueUrl = `${local.endpoint}/000000000000/work-dead`;
  const [dead] = await receive({ QueueUrl });
  assert.deepEqual([dead?.MessageId, dead?.Body], [MessageId, 'poison']);
});

test('an old receipt handle deletes nothing', async (t) => {
  const { client, QueueUrl, send, receive, counts } = await openQueue(t);
  await send('x');
  const [first] = await receive({ VisibilityTimeout: 0 });
  await receive();
  const { ReceiptHandle } = first!;
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  assert.deepEqual(await counts(), [0, 1, 0]);
});

test('messages outlive a restart, in a file for the owner alone', async (t) => {
  const dataDirectory = await temporaryFolder(t);
  const first = await openQueue(t, dataDirectory);
  await first.send('kept');
  await first.local.close();
  assert.equal((await stat(join(dataDirectory, 'queues.json'))).mode & 0o777, 0o600);
  const second = await openQueue(t, dataDirectory);
  assert.deepEqual(
    (await second.receive()).map(({ Body }) => Body),
    ['kept'],
  );
});

test('what the service refuses is refused', async (t) => {
  const { client, QueueUrl, send } = await openQueue(t);
  await assert.rejects(send('x', 901), { name: 'InvalidParameterValue' });
  await assert.rejects(send('x'.repeat(1024 * 1024 + 1)), { name: 'InvalidParameterValue' });
  await assert.rejects(
    client.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}-other`, MessageBody: 'x' })),
    { name: 'QueueDoesNotExist' },
  );
  const Entries = [0, 1].map(() => ({ Id: 'same', MessageBody: 'x' }));
  await assert.rejects(client.send(new SendMessageBatchCommand({ QueueUrl, Entries })), {
    name: 'BatchEntryIdsNotDistinct',
  });
});
