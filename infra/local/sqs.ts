import { createHash } from 'node:crypto';
import { ACCOUNT, arn } from './aws-account.ts';
import {
  AwsError,
  type AwsInput,
  type AwsOperation,
  optionalInteger,
  requiredString,
} from './aws-error.ts';
import type { LocalQueues, StoredMessage } from './queues.ts';

const BODY_LIMIT = 1024 * 1024;
const BATCH_LIMIT = 10;

/** The path under which all queue URLs lie. */
export const QUEUE_PATH = `/${ACCOUNT}/`;

export const queueUrl = (endpoint: string, name: string) => `${endpoint}${QUEUE_PATH}${name}`;

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/**
 * The operations of SQS that the project and its operator use, by name, on standard queues. Receiving
 * answers at once, also where the request would wait.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
 */
export function sqs(queues: LocalQueues, endpoint: () => string): Record<string, AwsOperation> {
  const queueOf = (input: AwsInput) => findQueue(queues, requiredString(input, 'QueueUrl'));
  return {
    GetQueueUrl: (input) => ({
      QueueUrl: queueUrl(endpoint(), findQueue(queues, requiredString(input, 'QueueName'))),
    }),
    GetQueueAttributes: (input) => ({ Attributes: attributesOf(queues, queueOf(input)) }),
    SendMessage: (input) => {
      const [sent] = queues.send(queueOf(input), [readMessage(input)]);
      return sentAnswer(sent!);
    },
    SendMessageBatch: (input) => {
      const name = queueOf(input);
      const entries = readEntries(input);
      const sent = queues.send(name, entries.map(readMessage));
      const Successful = sent.map((one, index) => ({
        Id: entries[index]!['Id'],
        ...sentAnswer(one),
      }));
      return { Successful, Failed: [] };
    },
    ReceiveMessage: (input) => {
      const max = optionalInteger(input, 'MaxNumberOfMessages', 1, BATCH_LIMIT) ?? 1;
      const visibility = optionalInteger(input, 'VisibilityTimeout', 0, 43_200);
      return { Messages: queues.receive(queueOf(input), max, visibility).map(receivedAnswer) };
    },
    ChangeMessageVisibilityBatch: (input) => {
      const name = queueOf(input);
      const entries = readEntries(input);
      for (const entry of entries) {
        const seconds = optionalInteger(entry, 'VisibilityTimeout', 0, 43_200) ?? 0;
        queues.hide(name, requiredString(entry, 'ReceiptHandle'), seconds);
      }
      return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
    },
    DeleteMessage: (input) =>
      queues.delete(queueOf(input), [requiredString(input, 'ReceiptHandle')]),
    DeleteMessageBatch: (input) => {
      const name = queueOf(input);
      const entries = readEntries(input);
      queues.delete(
        name,
        entries.map((entry) => requiredString(entry, 'ReceiptHandle')),
      );
      return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
    },
  };
}

/** What the service tells about a received message beside its body. */
export function messageAttributes(message: StoredMessage) {
  return {
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    SenderId: ACCOUNT,
    SentTimestamp: String(message.sentAt),
  };
}

/** Takes a queue's name or its URL. */
function findQueue({ settings }: LocalQueues, text: string): string {
  const name = URL.canParse(text) ? new URL(text).pathname.replace(QUEUE_PATH, '') : text;
  if (Object.hasOwn(settings, name)) return name;
  throw new AwsError('QueueDoesNotExist', `The specified queue does not exist: ${text}`);
}

function attributesOf({ settings, messages }: LocalQueues, name: string): Record<string, string> {
  const { visibilitySeconds, deadLetters } = settings[name]!;
  const now = Date.now();
  const hidden = messages(name).filter(({ visibleAt }) => visibleAt > now);
  const delayed = hidden.filter(({ receives }) => receives === 0).length;
  return {
    QueueArn: arn('sqs', name),
    ApproximateNumberOfMessages: String(messages(name).length - hidden.length),
    ApproximateNumberOfMessagesNotVisible: String(hidden.length - delayed),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(visibilitySeconds),
    ...(deadLetters && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: arn('sqs', deadLetters.queue),
        maxReceiveCount: deadLetters.maxReceives,
      }),
    }),
  };
}

function readMessage(input: AwsInput) {
  const body = requiredString(input, 'MessageBody');
  if (Buffer.byteLength(body) > BODY_LIMIT) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${BODY_LIMIT} bytes.`,
    );
  }
  // Dropped in silence it would be missed only in the cloud.
  if (input['MessageAttributes'] !== undefined) {
    throw new AwsError('UnsupportedOperation', 'MessageAttributes: not served here');
  }
  return { body, delaySeconds: optionalInteger(input, 'DelaySeconds', 0, 900) ?? 0 };
}

function readEntries(input: AwsInput): AwsInput[] {
  const entries = Array.isArray(input['Entries']) ? (input['Entries'] as AwsInput[]) : [];
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > BATCH_LIMIT) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${BATCH_LIMIT}. You have sent ${entries.length}.`,
    );
  }
  if (new Set(entries.map((entry) => requiredString(entry, 'Id'))).size < entries.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
  }
  return entries;
}

const sentAnswer = ({ messageId, body }: StoredMessage) => ({
  MessageId: messageId,
  MD5OfMessageBody: md5(body),
});

const receivedAnswer = (message: StoredMessage) => ({
  MessageId: message.messageId,
  ReceiptHandle: message.receiptHandle,
  Body: message.body,
  MD5OfBody: md5(message.body),
  Attributes: messageAttributes(message),
});
