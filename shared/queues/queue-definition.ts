/** The one definition of the queues: the CDK stack and the local runner both make them from this. */
export interface QueueDefinition {
  /** For how long a message that was received is hidden; not shorter than its function may run. */
  visibilitySeconds: number;
  /** After so many receives a message is a dead letter. */
  receivesAtMost: number;
  /** Messages that one invocation gets. */
  batchSize: number;
  /** Invocations at a time. */
  concurrency: number;
}

export const queueDefinitions = {
  // Six times the function's time-out, as AWS recommends.
  refresh: { visibilitySeconds: 180, receivesAtMost: 5, batchSize: 10, concurrency: 10 },
  // A pair exists nowhere else: it is tried without a pause, and for two hours.
  spool: { visibilitySeconds: 30, receivesAtMost: 240, batchSize: 10, concurrency: 5 },
} satisfies Record<string, QueueDefinition>;

export type QueueName = keyof typeof queueDefinitions;
