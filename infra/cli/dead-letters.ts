import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { type Asked, askAws } from './aws-errors.ts';
import type { Target } from './target.ts';

/** Queues that messages become dead letters of, by the kind of their messages. */
const SOURCES: Record<string, string> = { refresh: 'refresh', drop: 'refresh', merge: 'spool' };

// Long enough to go through all of them, and to send them on.
const HIDDEN_SECONDS = 120;
const AT_ONCE = 10;

/** A message that was given up, without what is sealed in it. */
export interface DeadLetter {
  id: string;
  /** `refresh`, `drop`, `merge`, or `unknown` where the message is none of ours. */
  kind: string;
  owner: string | null;
  provider: string | null;
  account: string | null;
  /** ISO 8601. */
  sentAt: string;
}

/** What there is; it stays where it is. Throws `CommandFailed`. */
export async function listDeadLetters(target: Target): Promise<DeadLetter[]> {
  const queue = await openQueue(target, 'dead-letters');
  const messages = await receiveAll(target, queue);
  await showAgain(target, queue, messages);
  return messages.map(describeMessage);
}

/** Sends each back to the queue that it came from; those of no known kind stay. Throws `CommandFailed`. */
export async function replayDeadLetters(
  target: Target,
): Promise<{ replayed: DeadLetter[]; left: DeadLetter[] }> {
  const queue = await openQueue(target, 'dead-letters');
  const messages = await receiveAll(target, queue);
  const replayed: DeadLetter[] = [];
  const unknown: Message[] = [];
  for (const message of messages) {
    const letter = describeMessage(message);
    const name = SOURCES[letter.kind];
    if (name === undefined) {
      unknown.push(message);
      continue;
    }
    const source = await openQueue(target, name);
    // Ended in between, it is there twice: either is worked off without harm, and none is lost.
    const send = new SendMessageCommand({ QueueUrl: source.url, MessageBody: message.Body });
    await askAws(target, source.asked, () => target.sqs.send(send));
    const { ReceiptHandle } = message;
    const remove = new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle });
    await askAws(target, queue.asked, () => target.sqs.send(remove));
    replayed.push(letter);
  }
  await showAgain(target, queue, unknown);
  return { replayed, left: unknown.map(describeMessage) };
}

interface OpenQueue {
  asked: Asked;
  url: string;
}

async function openQueue(target: Target, name: string): Promise<OpenQueue> {
  const asked: Asked = { kind: 'queue', name: `${target.stackName}-${name}` };
  const command = new GetQueueUrlCommand({ QueueName: asked.name });
  const { QueueUrl } = await askAws(target, asked, () => target.sqs.send(command));
  return { asked, url: QueueUrl! };
}

async function receiveAll(target: Target, { asked, url }: OpenQueue): Promise<Message[]> {
  const found = new Map<string, Message>();
  for (;;) {
    const command = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: AT_ONCE,
      VisibilityTimeout: HIDDEN_SECONDS,
      MessageSystemAttributeNames: ['SentTimestamp'],
      // Asks all of SQS's servers: without waiting an answer may be empty though there are messages.
      WaitTimeSeconds: 1,
    });
    const { Messages = [] } = await askAws(target, asked, () => target.sqs.send(command));
    if (Messages.length === 0) return [...found.values()];
    for (const message of Messages) found.set(message.MessageId!, message);
  }
}

async function showAgain(target: Target, { asked, url }: OpenQueue, messages: Message[]) {
  for (let start = 0; start < messages.length; start += AT_ONCE) {
    const command = new ChangeMessageVisibilityBatchCommand({
      QueueUrl: url,
      Entries: messages.slice(start, start + AT_ONCE).map(({ ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout: 0,
      })),
    });
    await askAws(target, asked, () => target.sqs.send(command));
  }
}

function describeMessage({ MessageId, Body, Attributes }: Message): DeadLetter {
  const { kind, owner, provider, account } = parse(Body);
  return {
    id: MessageId!,
    kind: typeof kind === 'string' && Object.hasOwn(SOURCES, kind) ? kind : 'unknown',
    owner: textOrNull(owner),
    provider: textOrNull(provider),
    account: textOrNull(account),
    sentAt: new Date(Number(Attributes?.SentTimestamp)).toISOString(),
  };
}

function parse(body: string | undefined): Record<string, unknown> {
  try {
    return Object(JSON.parse(body ?? ''));
  } catch {
    return {};
  }
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
