import { Duration, Stack } from 'aws-cdk-lib';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type QueueName, queueDefinitions } from '../../shared/queues/queue-definition.ts';

// The longest that SQS keeps a message.
const KEPT = Duration.days(14);

/** The queues of refreshes that are due and of pairs that could not be saved, and their dead letters. */
export class WorkQueues extends Construct {
  readonly queues: Readonly<Record<QueueName, Queue>>;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // The operator's tool finds them by these names.
    const { stackName } = Stack.of(this);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...common,
      queueName: `${stackName}-dead-letters`,
    });
    const make = (name: QueueName, constructId: string) => {
      const { visibilitySeconds, receivesAtMost } = queueDefinitions[name];
      return new Queue(this, constructId, {
        ...common,
        queueName: `${stackName}-${name}`,
        visibilityTimeout: Duration.seconds(visibilitySeconds),
        deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: receivesAtMost },
      });
    };
    this.queues = { refresh: make('refresh', 'RefreshQueue'), spool: make('spool', 'SpoolQueue') };
  }

  /** Has a queue's messages handled by a function, whose role may receive them already. */
  connect(
    name: QueueName,
    target: IFunction,
    concurrency: number = queueDefinitions[name].concurrency,
  ): void {
    const queue = this.queues[name];
    new EventSourceMapping(queue, 'Mapping', {
      target,
      eventSourceArn: queue.queueArn,
      batchSize: queueDefinitions[name].batchSize,
      maxConcurrency: concurrency,
      reportBatchItemFailures: true,
    });
  }
}

const common = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: KEPT,
};
