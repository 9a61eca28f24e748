import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

// What get-token is measured against: one read of the same row and nothing else.
const client = new DynamoDBClient({});

export const handler = async ({ owner, provider, account }: Record<string, string>) => {
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: process.env['TABLE_NAME']!,
      Key: { pk: { S: `OWNER#${owner}` }, sk: { S: `CONN#${provider}#${account}` } },
      ConsistentRead: true,
    }),
  );
  return { status: Item?.['status']?.S };
};
