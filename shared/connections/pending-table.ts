import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
} from '@aws-sdk/lib-dynamodb';
import { withoutKeys } from './document-client.ts';
import { duePartition, ownerPartition, pendingSort } from './keys.ts';
import type { PendingConnection } from './pending.ts';

/** The pending connections of the one table. */
export interface PendingTable {
  create(pending: PendingConnection): Promise<void>;
  get(owner: string, codeHash: string): Promise<PendingConnection | undefined>;
  remove(owner: string, codeHash: string): Promise<void>;
}

// A confirmation that began at the last moment has ended by then: what it connects is not revoked.
const CONFIRMING_SECONDS = 60;

// Unconfirmed ones are dropped when they are due; this takes away what was left all the same.
const LEFT_OVER_SECONDS = 24 * 60 * 60;

export function makePendingTable(client: DynamoDBDocumentClient, tableName: string): PendingTable {
  const rowOf = (owner: string, codeHash: string) => ({
    TableName: tableName,
    Key: { pk: ownerPartition(owner), sk: pendingSort(codeHash) },
  });

  return {
    async create(pending) {
      const { TableName, Key } = rowOf(pending.owner, pending.codeHash);
      await client.send(
        new PutCommand({
          TableName,
          Item: {
            ...Key,
            ...pending,
            duePartition: duePartition(pending),
            dueAt: pending.expiresAt + CONFIRMING_SECONDS,
            ttl: pending.expiresAt + LEFT_OVER_SECONDS,
          },
        }),
      );
    },

    async get(owner, codeHash) {
      const { Item } = await client.send(
        new GetCommand({ ...rowOf(owner, codeHash), ConsistentRead: true }),
      );
      // Whose it is says its key alone, as of a connection.
      return Item === undefined ? undefined : { ...withoutKeys<PendingConnection>(Item), owner };
    },

    async remove(owner, codeHash) {
      await client.send(new DeleteCommand(rowOf(owner, codeHash)));
    },
  };
}
