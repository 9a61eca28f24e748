import type { JsonServices } from './aws-json.ts';
import { backgroundInvoke } from './background-invocation.ts';
import type { LocalDynamoDB } from './dynamodb.ts';
import { withStream } from './dynamodb-stream.ts';
import { LocalError } from './errors.ts';
import { type BusEvent, openEventBus } from './event-bus.ts';
import type { LocalFunctions } from './lambda-functions.ts';
import { startQueueMapping } from './queue-mapping.ts';
import { openQueues, type QueueSettings } from './queues.ts';
import { repeat, startSchedule } from './schedule.ts';
import { queueUrl, sqs } from './sqs.ts';
import { startStreamMapping } from './stream-mapping.ts';
import { openTableStream } from './table-stream.ts';
import { removeExpired } from './time-to-live.ts';

/** What runs without a request: functions are named as in the route table. */
export interface BackgroundOptions {
  schedules?: readonly ScheduleOptions[];
  queues?: readonly QueueOptions[];
  /** With it, items whose time to live has passed are removed each minute. */
  stream?: StreamOptions;
  eventBus?: EventBusOptions;
}

export interface ScheduleOptions {
  functionName: string;
  seconds: number;
}

export interface QueueOptions {
  name: string;
  /** The environment variable in which functions find the queue's URL. */
  environmentVariable?: string;
  /** 30 by default. */
  visibilitySeconds?: number;
  deadLetters?: QueueSettings['deadLetters'];
  consumer?: {
    functionName: string;
    /** Messages at once; 10 by default. */
    batchSize?: number;
    /** Batches at once; 2 by default. */
    concurrency?: number;
  };
}

export interface StreamOptions {
  functionName: string;
  /** Records at once; 100 by default. */
  batchSize?: number;
}

export interface EventBusOptions {
  name: string;
  /** The environment variable in which functions find the bus's name. */
  environmentVariable: string;
}

export interface Background {
  services: JsonServices;
  /** The given database, with the stream where there is one. */
  dynamoDB: LocalDynamoDB;
  /** The variables that the options name. */
  environment(): Record<string, string>;
  events(): BusEvent[];
  /**
   * Begins to invoke functions; the returned function ends that, after what is under way: a refresh
   * that is cut off loses the tokens it got. Throws `LocalError` (`invalid_option`).
   */
  start(functions: LocalFunctions): () => Promise<void>;
}

interface Surroundings {
  stackName: string;
  tableName: string;
  dynamoDB: LocalDynamoDB;
  /** Where the AWS ports answer; asked for once the server listens. */
  endpoint(): string;
  /** A path in the data folder, or undefined in memory. */
  file(name: string): string | undefined;
}

/** Opens what the options describe. Throws `LocalError` (`invalid_option`). */
export function openBackground(options: BackgroundOptions, around: Surroundings): Background {
  const { stackName, tableName, endpoint, file } = around;
  const { schedules = [], queues: wanted = [], stream: streamOptions, eventBus } = options;
  const queues = openQueues(file('queues.json'), wanted.map(queueSettings));
  for (const { deadLetters } of wanted) {
    if (deadLetters && !Object.hasOwn(queues.settings, deadLetters.queue)) {
      throw new LocalError('invalid_option', `background: no queue "${deadLetters.queue}"`);
    }
  }
  const bus = openEventBus(file('events.jsonl'), eventBus?.name ?? 'default');
  const stream = streamOptions && openTableStream(file('stream.jsonl'), tableName);
  const streamed = stream && withStream(around.dynamoDB, tableName, stream);
  return {
    services: { AmazonSQS: sqs(queues, endpoint), AWSEvents: bus.operations },
    dynamoDB: streamed ?? around.dynamoDB,
    environment: () => ({
      ...Object.fromEntries(
        wanted.flatMap(({ name, environmentVariable }) =>
          environmentVariable === undefined
            ? []
            : [[environmentVariable, queueUrl(endpoint(), name)]],
        ),
      ),
      ...(eventBus && { [eventBus.environmentVariable]: eventBus.name }),
    }),
    events: bus.events,
    start: (functions) => {
      const invokeOf = (name: string) => {
        const invoked = functions[name];
        if (invoked) return backgroundInvoke(invoked, `${stackName}-${name}`);
        throw new LocalError('invalid_option', `background: no function "${name}" is loaded`);
      };
      // Everything is looked up before anything starts.
      const starts: (() => () => Promise<void>)[] = [];
      if (streamed && streamOptions) {
        const { functionName, batchSize = 100 } = streamOptions;
        const invoke = invokeOf(functionName);
        starts.push(
          () => startStreamMapping(stream, batchSize, invoke),
          () => repeat(60, () => removeExpired(streamed, tableName)),
        );
      }
      for (const { name, consumer } of wanted) {
        if (!consumer) continue;
        const { functionName, batchSize = 10, concurrency = 2 } = consumer;
        const mapping = { queue: name, batchSize, concurrency };
        const invoke = invokeOf(functionName);
        starts.push(() => startQueueMapping(queues, mapping, invoke));
      }
      for (const { functionName, seconds } of schedules) {
        const invoke = invokeOf(functionName);
        starts.push(() => startSchedule(functionName, seconds, invoke));
      }
      const ends = starts.map((start) => start());
      return async () => void (await Promise.all(ends.map((end) => end())));
    },
  };
}

const queueSettings = ({
  name,
  visibilitySeconds = 30,
  deadLetters,
}: QueueOptions): QueueSettings => ({
  name,
  visibilitySeconds,
  deadLetters,
});
