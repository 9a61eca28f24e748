import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { arn, REGION } from './aws-account.ts';
import { failedItems, type Invoke } from './background-invocation.ts';
import type { LocalQueues, StoredMessage } from './queues.ts';
import { md5, messageAttributes } from './sqs.ts';

export interface QueueMapping {
  queue: string;
  batchSize: number;
  /** How many batches are with the function at once. */
  concurrency: number;
}

/**
 * Hands a queue's messages to a function as Lambda's event source mapping does: what the function
 * took is deleted, what it reports in `batchItemFailures`, or the whole batch when it fails, is
 * visible again after its time-out. The returned function ends it after what is under way.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function startQueueMapping(
  queues: LocalQueues,
  { queue, batchSize, concurrency }: QueueMapping,
  invoke: Invoke,
): () => Promise<void> {
  const running = new Set<Promise<void>>();
  let ended = false;
  let timer: NodeJS.Timeout | undefined;

  const poll = () => {
    clearTimeout(timer);
    while (!ended && running.size < concurrency) {
      const messages = queues.receive(queue, batchSize);
      if (messages.length === 0) return wakeAtNext();
      const run = deliver(messages)
        .catch((error) => console.error(error))
        .finally(() => {
          running.delete(run);
          poll();
        });
      running.add(run);
    }
  };
  const wakeAtNext = () => {
    const times = queues.messages(queue).map(({ visibleAt }) => visibleAt);
    if (times.length > 0) timer = setTimeout(poll, Math.min(...times) - Date.now());
  };
  const deliver = async (messages: StoredMessage[]) => {
    const event: SQSEvent = { Records: messages.map((message) => toRecord(queue, message)) };
    const failed = failedItems(
      await invoke(event),
      event.Records.map(({ messageId }) => messageId),
    );
    const taken = messages.filter(({ messageId }) => !failed.has(messageId));
    queues.delete(
      queue,
      taken.map(({ receiptHandle }) => receiptHandle!),
    );
  };
  // Not within the sender's own request.
  const stopListening = queues.onArrival(queue, () => setImmediate(poll));
  poll();
  return async () => {
    ended = true;
    stopListening();
    clearTimeout(timer);
    await Promise.all(running);
  };
}

function toRecord(queue: string, message: StoredMessage): SQSRecord {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle!,
    body: message.body,
    attributes: messageAttributes(message),
    messageAttributes: {},
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: arn('sqs', queue),
    awsRegion: REGION,
  };
}
