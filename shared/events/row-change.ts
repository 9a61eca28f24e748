import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import type { Connection } from '../connections/connection.ts';

// What events are made of. Sealed values are not among them: they are not even decoded.
const READ = [
  'pk',
  'sk',
  'owner',
  'provider',
  'account',
  'grantId',
  'status',
  'failures',
  'consentEndsAt',
  'consentNotice',
  'revoked',
  'disabledAt',
  'reason',
] as const;

/** A row of the table, as far as events are made of it; a connection's when its sort key says so. */
export type Row = { pk: string; sk: string; reason?: string } & Partial<
  Pick<Connection, Exclude<(typeof READ)[number], 'pk' | 'sk' | 'reason'>>
>;

/** One write of one row. */
export interface RowChange {
  /** Of the stream's record: the same each time that it is read. */
  id: string;
  /** Grows from one write of a row to the next; up to 40 digits. */
  sequenceNumber: string;
  /** Epoch seconds. */
  time: number;
  /** `undefined`: there was none. */
  before: Row | undefined;
  /** `undefined`: it was deleted. */
  after: Row | undefined;
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html */
export function rowChange({ eventID, dynamodb }: DynamoDBRecord): RowChange {
  const { SequenceNumber, ApproximateCreationDateTime, OldImage, NewImage } = dynamodb!;
  return {
    id: eventID!,
    sequenceNumber: SequenceNumber!,
    time: ApproximateCreationDateTime!,
    before: OldImage && rowOf(OldImage),
    after: NewImage && rowOf(NewImage),
  };
}

function rowOf(image: Record<string, AttributeValue>): Row {
  const read = READ.flatMap((name) => (image[name] === undefined ? [] : [[name, image[name]]]));
  return unmarshall(Object.fromEntries(read)) as Row;
}
