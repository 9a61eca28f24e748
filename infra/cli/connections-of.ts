import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import type { ConnectionKey } from '../../shared/connections/connection.ts';
import {
  duePartitions,
  ownerPartition,
  pendingSort,
  subjectOf,
} from '../../shared/connections/keys.ts';
import { tableDefinition } from '../../shared/connections/table-definition.ts';
import { onTable } from './on-table.ts';
import type { Subject } from './subject.ts';
import type { Target } from './target.ts';

/** What a row is of, by its key: a connection, or one that waits for its confirmation. */
export type RowSubject = ReturnType<typeof subjectOf>;

/** Some of what there is, with the share of it that came before. */
interface Share<Item> {
  done: number;
  items: Item[];
}

// What else an owner has in the table counts how often something was done, and ends by itself.
const PREFIXES = [tableDefinition.sortKeys.connectionPrefix, pendingSort('')];

/** Every connection of a subject, and what is left of ended ones. Throws `CommandFailed`. */
export async function* connectionsOf(
  target: Target,
  subject: Subject,
): AsyncGenerator<Share<ConnectionKey>> {
  switch (subject.kind) {
    case 'connection':
      yield { done: 0, items: [subject] };
      return;
    case 'owner':
      yield* connectionsAmong(rowsOfOwner(target, subject.owner));
      return;
    case 'provider':
      yield* connectionsAmong(rowsOfProvider(target, subject.provider));
      return;
    case 'all': {
      const providers = Object.keys(target.providers());
      for (const [index, provider] of providers.entries()) {
        for await (const { done, items } of connectionsAmong(rowsOfProvider(target, provider))) {
          yield { done: (index + done) / providers.length, items };
        }
      }
    }
  }
}

/** All rows of an owner. Keys alone are read, with the operator's own rights. */
export async function* rowsOfOwner(
  target: Target,
  owner: string,
): AsyncGenerator<Share<RowSubject>> {
  const { partitionKey, sortKey } = tableDefinition;
  const rows = keysIn(target, {
    KeyConditionExpression: '#pk = :pk',
    ProjectionExpression: '#pk, #sk',
    ExpressionAttributeNames: { '#pk': partitionKey, '#sk': sortKey },
    ExpressionAttributeValues: { ':pk': ownerPartition(owner) },
    ConsistentRead: true,
  });
  for await (const items of rows) yield { done: 0, items };
}

/** All rows of a provider, by the index, partition by partition. */
async function* rowsOfProvider(
  target: Target,
  provider: string,
): AsyncGenerator<Share<RowSubject>> {
  const partitions = duePartitions(provider);
  const { name, partitionKey } = tableDefinition.dueIndex;
  for (const [index, partition] of partitions.entries()) {
    const rows = keysIn(target, {
      IndexName: name,
      KeyConditionExpression: '#partition = :partition',
      ExpressionAttributeNames: { '#partition': partitionKey },
      ExpressionAttributeValues: { ':partition': partition },
    });
    for await (const items of rows) yield { done: index / partitions.length, items };
  }
}

async function* keysIn(
  target: Target,
  query: Omit<ConstructorParameters<typeof QueryCommand>[0], 'TableName'>,
): AsyncGenerator<RowSubject[]> {
  let after: Record<string, unknown> | undefined;
  do {
    const page: QueryCommandOutput = await onTable(target, (TableName) =>
      target.table.send(
        new QueryCommand({ TableName, ...query, ...(after && { ExclusiveStartKey: after }) }),
      ),
    );
    after = page.LastEvaluatedKey;
    const keys = (page.Items ?? []) as { pk: string; sk: string }[];
    yield keys.filter(({ sk }) => PREFIXES.some((each) => sk.startsWith(each))).map(subjectOf);
  } while (after !== undefined);
}

async function* connectionsAmong(
  rows: AsyncGenerator<Share<RowSubject>>,
): AsyncGenerator<Share<ConnectionKey>> {
  for await (const { done, items } of rows) {
    yield { done, items: items.filter((item) => 'account' in item) };
  }
}
