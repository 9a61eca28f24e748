import { type QueueName, queueDefinitions } from '../../shared/queues/queue-definition.ts';
import { backgroundFunctions } from '../../shared/routes.ts';
import type { BackgroundOptions } from './background.ts';

/** What the product runs without a request, as far as its functions are built. */
export function productBackground(stackName: string): BackgroundOptions {
  const built = (functionName: string) => backgroundFunctions.some((name) => name === functionName);
  const dead = `${stackName}-dead-letters`;
  const queue = (name: QueueName, environmentVariable: string) => {
    const { visibilitySeconds, receivesAtMost, batchSize, concurrency } = queueDefinitions[name];
    return {
      name: `${stackName}-${name}`,
      environmentVariable,
      visibilitySeconds,
      deadLetters: { queue: dead, maxReceives: receivesAtMost },
      ...(built('refresh-connection') && {
        consumer: { functionName: 'refresh-connection', batchSize, concurrency },
      }),
    };
  };
  return {
    eventBus: { name: stackName, environmentVariable: 'EVENT_BUS_NAME' },
    queues: [
      queue('refresh', 'REFRESH_QUEUE_URL'),
      queue('spool', 'SPOOL_QUEUE_URL'),
      { name: dead },
    ],
    ...(built('publish-events') && { stream: { functionName: 'publish-events' } }),
    ...(built('refresh-due') && { schedules: [{ functionName: 'refresh-due', seconds: 60 }] }),
  };
}
