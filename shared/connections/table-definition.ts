/** The one definition of the table: the CDK stack and the local runner both make it from this. */
export const tableDefinition = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** What the sort keys of connections begin with, and the one of control rows. */
  sortKeys: { connectionPrefix: 'CONN#', control: 'CONTROL' },
  /** Epoch seconds; never on a live connection. */
  timeToLiveAttribute: 'ttl',
  /** What has to be done next, per provider: `<provider>#<shard>` -> `dueAt` (epoch seconds). */
  dueIndex: { name: 'due', partitionKey: 'duePartition', sortKey: 'dueAt' },
} as const;
