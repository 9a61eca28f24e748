import { Duration } from 'aws-cdk-lib';
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
    this.deadLetters = new Queue(this, 'DeadLetters', common);
    const make = (name: QueueName, constructId: string) => {
      const { visibilitySeconds, receivesAtMost } = queueDefinitions[name];
      return new Queue(this, constructId, {
        ...common,
        visibilityTimeout: Duration.seconds(visibilitySeconds),
        deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: receivesAtMost },
      });
    };
    this.queues = { refresh: make('refresh', 'RefreshQueue'), spool: make('spool', 'SpoolQueue') };
  }

  /** Has a queue's messages handled by a function, whose role may receive them already. */
  connect(name: QueueName, target: IFunction): void {
    const { batchSize, concurrency } = queueDefinitions[name];
    const queue = this.queues[name];
    new EventSourceMapping(queue, 'Mapping', {
      target,
      eventSourceArn: queue.queueArn,
      batchSize,
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
