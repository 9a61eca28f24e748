import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import { arn, REGION } from './aws-account.ts';
import { appendJsonLine, readJsonLines, writeJsonLines } from './private-file.ts';

export type Item = Record<string, AttributeValue>;

/** One item before and after a write; undefined where there was or is none. */
export interface ItemChange {
  keys: Item;
  before: Item | undefined;
  after: Item | undefined;
  /** Whether the item was removed because its time to live had passed. */
  expired?: boolean;
}

export interface TableStream {
  add(change: ItemChange): void;
  /** What nobody has taken yet, in order. */
  records(): readonly DynamoDBRecord[];
  /** Drops the first records. */
  take(count: number): void;
  /** Calls the listener after each new record, until the returned function is called. */
  onRecord(listener: () => void): () => void;
}

/**
 * The stream of a table with new and old images, one shard; a line of JSON for each record that was
 * not taken, without a path in memory.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
 */
export function openTableStream(path: string | undefined, tableName: string): TableStream {
  const added = new EventEmitter();
  let records = path === undefined ? [] : (readJsonLines(path) as DynamoDBRecord[]);
  // By the clock, so that it grows over restarts too.
  let sequence = Number(records.at(-1)?.dynamodb?.SequenceNumber ?? 0);
  return {
    records: () => records,
    add: (change) => {
      sequence = Math.max(sequence + 1, Date.now() * 1000);
      const record = toRecord(tableName, change, String(sequence).padStart(21, '0'));
      if (path !== undefined) appendJsonLine(path, record);
      records = [...records, record];
      added.emit('record');
    },
    take: (count) => {
      const left = records.slice(count);
      if (path !== undefined) writeJsonLines(path, left);
      records = left;
    },
    onRecord: (listener) => {
      added.on('record', listener);
      return () => added.off('record', listener);
    },
  };
}

function toRecord(
  tableName: string,
  { keys, before, after, expired }: ItemChange,
  sequenceNumber: string,
): DynamoDBRecord {
  return {
    eventID: randomUUID().replaceAll('-', ''),
    eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: REGION,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
      Keys: keys,
      ...(before && { OldImage: before }),
      ...(after && { NewImage: after }),
      SequenceNumber: sequenceNumber,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: arn('dynamodb', `table/${tableName}/stream/local`),
    ...(expired && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
  };
}
