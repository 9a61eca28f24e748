import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';

type Image = Record<string, AttributeValue>;

/** What the table's stream says of one write of a row, the `number`th; `undefined` where there is none. */
export function streamRecord(
  number: number,
  key: { pk: string; sk: string },
  before: object | undefined,
  after: object | undefined,
): DynamoDBRecord {
  const image = (row: object) =>
    marshall({ ...key, ...row }, { removeUndefinedValues: true }) as Image;
  return {
    eventID: `record-${number}`,
    eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
    dynamodb: {
      ApproximateCreationDateTime: 1_800_000_000 + number,
      Keys: marshall(key) as Image,
      ...(before && { OldImage: image(before) }),
      ...(after && { NewImage: image(after) }),
      SequenceNumber: String(999_999_999_999_999_999_990n + BigInt(number)),
    },
  };
}
