import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { conditionFailed } from './document-client.ts';

/** Which callers have had a token of which providers. */
export interface CallerUses {
  /** Notes a use; whether it is the first one ever. Asks the table once in a process. */
  isFirst(caller: string, provider: string, now: number): Promise<boolean>;
}

export function makeCallerUses(client: DynamoDBDocumentClient, tableName: string): CallerUses {
  const known = new Set<string>();
  return {
    async isFirst(caller, provider, now) {
      const use = JSON.stringify([caller, provider]);
      if (known.has(use)) return false;
      const first = await client
        .send(
          new PutCommand({
            TableName: tableName,
            Item: { pk: `CALLER#${caller}`, sk: `PROVIDER#${provider}`, firstUsedAt: now },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        )
        .then(() => true)
        .catch((error) => {
          if (conditionFailed(error)) return false;
          throw error;
        });
      known.add(use);
      return first;
    },
  };
}
