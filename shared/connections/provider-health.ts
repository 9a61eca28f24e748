import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { conditionFailed } from './document-client.ts';

/** A place in trouble: one request a window asks whether it is back. Times are epoch seconds. */
export interface Trouble {
  /** Failures in a row. */
  failures: number;
  /** The end of the window, in which nobody asks. */
  retryAt: number;
}

/** What is known of places (a provider, or one of its servers) that do not answer, shared by all functions. */
export interface ProviderHealth {
  /** `undefined`: none that we know of. */
  get(place: string): Promise<Trouble | undefined>;
  /** Whether this caller is the one who may ask after a window: it opens the next one. */
  claimProbe(place: string, seen: Trouble, retryAt: number): Promise<boolean>;
  /** Opens a window that ends at `retryAt`, or later where another one has said so. */
  failed(place: string, failures: number, retryAt: number): Promise<void>;
  recovered(place: string): Promise<void>;
}

export function makeProviderHealth(
  client: DynamoDBDocumentClient,
  tableName: string,
): ProviderHealth {
  const rowOf = (place: string) => ({
    TableName: tableName,
    Key: { pk: `PROVIDER#${place}`, sk: 'HEALTH' },
  });
  const windowOf = (failures: number, retryAt: number) => ({
    UpdateExpression: 'SET failures = :failures, retryAt = :retryAt, #ttl = :ttl',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: {
      ':failures': failures,
      ':retryAt': retryAt,
      ':ttl': retryAt + 3_600,
    },
  });

  return {
    async get(place) {
      const { Item } = await client.send(new GetCommand(rowOf(place)));
      return Item === undefined
        ? undefined
        : { failures: Item['failures'] as number, retryAt: Item['retryAt'] as number };
    },

    async claimProbe(place, seen, retryAt) {
      const window = windowOf(seen.failures, retryAt);
      try {
        await client.send(
          new UpdateCommand({
            ...rowOf(place),
            ...window,
            ConditionExpression: 'retryAt = :seen',
            ExpressionAttributeValues: {
              ...window.ExpressionAttributeValues,
              ':seen': seen.retryAt,
            },
          }),
        );
        return true;
      } catch (error) {
        if (conditionFailed(error)) return false;
        throw error;
      }
    },

    async failed(place, failures, retryAt) {
      try {
        await client.send(
          new UpdateCommand({
            ...rowOf(place),
            ...windowOf(failures, retryAt),
            ConditionExpression: 'attribute_not_exists(retryAt) OR retryAt < :retryAt',
          }),
        );
      } catch (error) {
        if (!conditionFailed(error)) throw error;
      }
    },

    async recovered(place) {
      await client.send(new DeleteCommand(rowOf(place)));
    },
  };
}
