import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import type { QueueOptions } from '../../infra/local/background.ts';
import type { LocalHandler } from '../../infra/local/lambda-functions.ts';
import { eventually } from '../support/eventually.ts';
import { clientConfig, startTestLocal, temporaryFolder } from '../support/local.ts';

interface WorkerOptions extends Omit<QueueOptions, 'name' | 'consumer'> {
  dataDirectory?: string;
  consumer?: Omit<NonNullable<QueueOptions['consumer']>, 'functionName'>;
}

async function startWorker(
  t: TestContext,
  handler: (event: SQSEvent, context: Context) => unknown,
  { dataDirectory, consumer, ...queue }: WorkerOptions = {},
) {
  const local = await startTestLocal(t, {
    ...(dataDirectory && { dataDirectory }),
    functions: { worker: { handler: handler as LocalHandler, aliases: [], timeoutSeconds: 5 } },
    background: {
      queues: [
        { name: 'work', ...queue, consumer: { functionName: 'worker', ...consumer } },
        { name: 'dead' },
      ],
    },
  });
  const client = new SQSClient(clientConfig(local.endpoint));
  const urlOf = (name: string) => `${local.endpoint}/000000000000/${name}`;
  const send = (...bodies: string[]) =>
    Promise.all(
      bodies.map((MessageBody) =>
        client.send(new SendMessageCommand({ QueueUrl: urlOf('work'), MessageBody })),
      ),
    );
  const count = async (name: string) => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: urlOf(name), AttributeNames: ['All'] }),
    );
    const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: hidden } =
      Attributes;
    return Number(visible) + Number(hidden);
  };
  return { local, send, count };
}

test('a message wakes the function with an event as SQS sends it, and is gone', async (t) => {
  const events: SQSEvent[] = [];
  const worker = await startWorker(t, (event) => void events.push(event));
  const [sent] = await worker.send('{"n":1}');
  await eventually(() => events.length > 0);
  const [record] = events[0]!.Records;
  assert.deepEqual(
    { ...record, receiptHandle: '', attributes: Object.keys(record!.attributes).sort() },
    {
      messageId: sent!.MessageId,
      receiptHandle: '',
      body: '{"n":1}',
      attributes: [
        'ApproximateFirstReceiveTimestamp',
        'ApproximateReceiveCount',
        'SenderId',
        'SentTimestamp',
      ],
      messageAttributes: {},
      md5OfBody: sent!.MD5OfMessageBody,
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work',
      awsRegion: 'us-east-1',
    },
  );
  await eventually(async () => (await worker.count('work')) === 0);
});

test('only what the function reports comes again', async (t) => {
  const received: string[] = [];
  const worker = await startWorker(
    t,
    ({ Records }) => {
      received.push(...Records.map(({ body }) => body));
      const failed = Records.filter(
        ({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1',
      );
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    },
    { visibilitySeconds: 0.2 },
  );
  await worker.send('good', 'bad');
  await eventually(async () => (await worker.count('work')) === 0);
  assert.deepEqual(received.sort(), ['bad', 'bad', 'good']);
});

test('a batch whose function fails comes again, and ends in the dead letters', async (t) => {
  let runs = 0;
  t.mock.method(console, 'error', () => undefined);
  const worker = await startWorker(
    t,
    () => {
      runs += 1;
      throw new Error('always');
    },
    { visibilitySeconds: 0.1, deadLetters: { queue: 'dead', maxReceives: 3 } },
  );
  await worker.send('poison');
  await eventually(async () => (await worker.count('dead')) === 1);
  assert.equal(runs, 3);
  assert.equal(await worker.count('work'), 0);
});

test('a dead letter wakes the function of its queue', async (t) => {
  const { promise: dead, resolve } = Promise.withResolvers<SQSEvent>();
  t.mock.method(console, 'error', () => undefined);
  const fails = () => Promise.reject(new Error('always'));
  const { endpoint } = await startTestLocal(t, {
    functions: {
      fails: { handler: fails, aliases: [] },
      buries: { handler: (event) => resolve(event as SQSEvent), aliases: [] },
    },
    background: {
      queues: [
        {
          name: 'work',
          visibilitySeconds: 0.1,
          deadLetters: { queue: 'dead', maxReceives: 1 },
          consumer: { functionName: 'fails' },
        },
        { name: 'dead', consumer: { functionName: 'buries' } },
      ],
    },
  });
  const QueueUrl = `${endpoint}/000000000000/work`;
  const client = new SQSClient(clientConfig(endpoint));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));
  assert.equal((await dead).Records[0]!.body, 'poison');
});

test('failures that name none of the batch fail the whole of it', async (t) => {
  const counts: string[] = [];
  const worker = await startWorker(
    t,
    ({ Records }) => {
      counts.push(...Records.map(({ attributes }) => attributes.ApproximateReceiveCount));
      return counts.length === 1 ? { batchItemFailures: [{ itemIdentifier: '' }] } : undefined;
    },
    { visibilitySeconds: 0.1 },
  );
  await worker.send('x');
  await eventually(async () => (await worker.count('work')) === 0);
  assert.deepEqual(counts, ['1', '2']);
});

test('no more batches are with the function at once than allowed, none larger than allowed', async (t) => {
  const { promise: allSent, resolve: goOn } = Promise.withResolvers<void>();
  let now = 0;
  let most = 0;
  const sizes: number[] = [];
  const worker = await startWorker(
    t,
    async ({ Records }) => {
      now += 1;
      most = Math.max(most, now);
      sizes.push(Records.length);
      await allSent;
      now -= 1;
    },
    { consumer: { batchSize: 2, concurrency: 3 } },
  );
  await worker.send(...Array.from({ length: 30 }, (_, n) => `${n}`));
  await eventually(() => now === 3);
  goOn();
  await eventually(async () => (await worker.count('work')) === 0);
  assert.equal(most, 3);
  assert.equal(Math.max(...sizes), 2);
});

test('closing waits for what is under way, and what was not taken is there at the next start', async (t) => {
  const dataDirectory = await temporaryFolder(t);
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: closing, resolve: goOn } = Promise.withResolvers<void>();
  const taken: string[] = [];
  const slow = await startWorker(
    t,
    async ({ Records }) => {
      begin();
      await closing;
      await new Promise((resolve) => setTimeout(resolve, 50));
      taken.push(...Records.map(({ body }) => body));
    },
    { dataDirectory, consumer: { batchSize: 1, concurrency: 1 } },
  );
  await slow.send('1', '2', '3');
  await begun;
  const closed = slow.local.close();
  goOn();
  await closed;
  assert.equal(taken.length, 1);
  await startWorker(t, ({ Records }) => void taken.push(...Records.map(({ body }) => body)), {
    dataDirectory,
  });
  await eventually(() => taken.length === 3);
  assert.deepEqual(taken.sort(), ['1', '2', '3']);
});

test('the clock invokes at its rate, never twice at once, and not after the end', async (t) => {
  let now = 0;
  let runs = 0;
  const handler = async (event: unknown) => {
    now += 1;
    assert.equal(now, 1);
    assert.equal((event as { source: string }).source, 'aws.scheduler');
    await new Promise((resolve) => setTimeout(resolve, 50));
    runs += 1;
    now -= 1;
  };
  const local = await startTestLocal(t, {
    functions: { sweep: { handler, aliases: [] } },
    background: { schedules: [{ functionName: 'sweep', seconds: 0.02 }] },
  });
  await eventually(() => runs === 3);
  await local.close();
  const atEnd = runs;
  await new Promise((resolve) => setTimeout(resolve, 80));
  assert.deepEqual([runs, now], [atEnd, 0]);
});

test('a function or queue that is not there is named at the start', async (t) => {
  await assert.rejects(
    startTestLocal(t, { background: { schedules: [{ functionName: 'sweep', seconds: 60 }] } }),
    { code: 'invalid_option', message: 'background: no function "sweep" is loaded' },
  );
  const deadLetters = { queue: 'dead', maxReceives: 1 };
  await assert.rejects(
    startTestLocal(t, { background: { queues: [{ name: 'work', deadLetters }] } }),
    { code: 'invalid_option', message: 'background: no queue "dead"' },
  );
});
