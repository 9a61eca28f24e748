import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { HOUR, hourOf } from '../clock.ts';
import { conditionFailed } from './document-client.ts';

/** How many connect sessions are made for an owner in an hour of the clock. */
export interface SessionLimit {
  /** Counts one more, if there are fewer than `most`; whether there were. `now` is epoch seconds. */
  count(owner: string, most: number, now: number): Promise<boolean>;
}

/** The counters have a partition of their own: whoever counts may touch no connection. */
export function makeSessionLimit(client: DynamoDBDocumentClient, tableName: string): SessionLimit {
  return {
    async count(owner, most, now) {
      try {
        await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { pk: `LIMIT#${owner}`, sk: `SESSIONS#${hourOf(now)}` },
            UpdateExpression: 'ADD made :one SET #ttl = :ttl',
            ConditionExpression: 'attribute_not_exists(made) OR made < :most',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: { ':one': 1, ':most': most, ':ttl': hourOf(now) + 2 * HOUR },
          }),
        );
        return true;
      } catch (error) {
        if (conditionFailed(error)) return false;
        throw error;
      }
    },
  };
}
