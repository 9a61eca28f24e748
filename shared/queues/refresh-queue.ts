import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../aws.ts';
import { dueMessage, type RefreshQueue } from './due-message.ts';

export function makeRefreshQueue(
  queueUrl: string,
  client = new SQSClient(clientSettings),
): RefreshQueue {
  return {
    async send(batch) {
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: batch.map(({ due, delaySeconds }, index) => ({
            Id: String(index),
            MessageBody: dueMessage(due),
            DelaySeconds: delaySeconds,
          })),
        }),
      );
      return batch.length - Failed.length;
    },
  };
}
