import { tableDefinition } from '../../shared/connections/table-definition.ts';
import { callDynamoDB } from './dynamodb-call.ts';
import { keysOf, type StreamedDynamoDB } from './dynamodb-stream.ts';
import type { Item } from './table-stream.ts';

/**
 * Removes the items whose time to live has passed, as DynamoDB does now and then.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
 */
export async function removeExpired(dynamoDB: StreamedDynamoDB, tableName: string): Promise<void> {
  const condition = '#ttl < :now';
  const expired = {
    TableName: tableName,
    ExpressionAttributeNames: { '#ttl': tableDefinition.timeToLiveAttribute },
    ExpressionAttributeValues: { ':now': { N: String(Math.floor(Date.now() / 1000)) } },
  };
  let ExclusiveStartKey: Item | undefined;
  do {
    const scan = { ...expired, FilterExpression: condition, ExclusiveStartKey };
    const { output } = await callDynamoDB(dynamoDB, 'Scan', scan);
    for (const keys of (output.Items ?? []).map(keysOf)) {
      // Somebody may have written the item since the scan.
      const removal = { ...expired, Key: keys, ConditionExpression: condition };
      await dynamoDB.write(keys, (within) => callDynamoDB(within, 'DeleteItem', removal), {
        expired: true,
      });
    }
    ExclusiveStartKey = output.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
