import { createHash } from 'node:crypto';
import type { ConnectionKey } from './connection.ts';
import { tableDefinition } from './table-definition.ts';

// A provider's connections lie in this many index partitions: DynamoDB gives each 1,000 writes a second.
const DUE_SHARDS = 16;

export const ownerPartition = (owner: string) => `OWNER#${owner}`;

export const connectionSort = (provider: string, account: string) =>
  `${tableDefinition.sortKeys.connectionPrefix}${provider}#${account}`;

/** A connection's key in the table. */
export const rowKey = ({ owner, provider, account }: ConnectionKey) => ({
  pk: ownerPartition(owner),
  sk: connectionSort(provider, account),
});

/** The connection that a key of the table is of. Neither of the parts before it holds a `#`. */
export function connectionKey({ pk, sk }: { pk: string; sk: string }): ConnectionKey {
  const [, provider, ...account] = sk.split('#');
  return {
    owner: pk.slice(ownerPartition('').length),
    provider: provider!,
    account: account.join('#'),
  };
}

/** Where in the index of what is due a connection stands. */
export function duePartition({ owner, provider, account }: ConnectionKey): string {
  const digest = createHash('sha256').update(`${owner}\0${account}`).digest();
  return `${provider}#${digest[0]! % DUE_SHARDS}`;
}

/** All of a provider's partitions of that index. */
export const duePartitions = (provider: string) =>
  Array.from({ length: DUE_SHARDS }, (_, shard) => `${provider}#${shard}`);
