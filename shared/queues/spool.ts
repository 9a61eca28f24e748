import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../aws.ts';
import { mergeMessage, type Spool } from './spooled-pair.ts';

/** The spool on an SQS queue. */
export function makeSpool(queueUrl: string, client = new SQSClient(clientSettings)): Spool {
  return {
    async put(pair) {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: mergeMessage(pair),
      });
      await client.send(command);
    },
  };
}
