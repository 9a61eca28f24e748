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

/** The sort key of a pending connection, by the hash of its code. */
export const pendingSort = (codeHash: string) => `PENDING#${codeHash}`;

/** The connection that a key of the table is of. Neither of the parts before it holds a `#`. */
export function connectionKey({ pk, sk }: { pk: string; sk: string }): ConnectionKey {
  const [, provider, ...account] = sk.split('#');
  return { owner: ownerOf(pk), provider: provider!, account: account.join('#') };
}

/** The same of a key that may be a pending connection's. */
export function subjectOf(key: {
  pk: string;
  sk: string;
}): ConnectionKey | { owner: string; codeHash: string } {
  const prefix = pendingSort('');
  if (!key.sk.startsWith(prefix)) return connectionKey(key);
  return { owner: ownerOf(key.pk), codeHash: key.sk.slice(prefix.length) };
}

const ownerOf = (pk: string) => pk.slice(ownerPartition('').length);

/** Where in the index of what is due a connection stands. */
export function duePartition({ owner, provider, account }: ConnectionKey): string {
  const digest = createHash('sha256').update(`${owner}\0${account}`).digest();
  return `${provider}#${digest[0]! % DUE_SHARDS}`;
}

/** All of a provider's partitions of that index. */
export const duePartitions = (provider: string) =>
  Array.from({ length: DUE_SHARDS }, (_, shard) => `${provider}#${shard}`);
