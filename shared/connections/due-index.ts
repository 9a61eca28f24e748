import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditionFailed } from './document-client.ts';
import { duePartitions } from './keys.ts';
import { tableDefinition } from './table-definition.ts';

/** A row that has come up, at a moment in epoch seconds: of a connection, or of one that is pending. */
export interface DueRow {
  pk: string;
  sk: string;
  dueAt: number;
}

/** The index of what has to be done next. */
export interface DueIndex {
  /** What has come up at a provider, the oldest first. The index lags: a claim says whether it is still so. */
  find(provider: string, now: number, most: number): Promise<DueRow[]>;
  /**
   * Takes a row up, so that it comes up again at `until` and not before; `false` when another one
   * has, or it is due at another time by now.
   */
  claim(due: DueRow, until: number): Promise<boolean>;
}

export function makeDueIndex(client: DynamoDBDocumentClient, tableName: string): DueIndex {
  const { name, partitionKey, sortKey } = tableDefinition.dueIndex;

  async function findIn(partition: string, now: number, most: number): Promise<DueRow[]> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: name,
        KeyConditionExpression: '#partition = :partition AND #dueAt <= :now',
        ExpressionAttributeNames: { '#partition': partitionKey, '#dueAt': sortKey },
        ExpressionAttributeValues: { ':partition': partition, ':now': now },
        Limit: most,
      }),
    );
    return (Items as DueRow[]).map(({ pk, sk, dueAt }) => ({ pk, sk, dueAt }));
  }

  return {
    async find(provider, now, most) {
      const found: DueRow[] = [];
      // One after the other: sixteen at once for each provider would be a burst each minute.
      for (const partition of duePartitions(provider)) {
        found.push(...(await findIn(partition, now, most)));
      }
      return found.sort((a, b) => a.dueAt - b.dueAt).slice(0, most);
    },

    async claim({ pk, sk, dueAt }, until) {
      try {
        await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { pk, sk },
            UpdateExpression: 'SET dueAt = :until',
            ConditionExpression: 'dueAt = :seen',
            ExpressionAttributeValues: { ':until': until, ':seen': dueAt },
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
