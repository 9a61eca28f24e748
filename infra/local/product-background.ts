import { backgroundFunctions } from '../../shared/routes.ts';
import type { BackgroundOptions } from './background.ts';

// Six times the function's time-out, as AWS recommends, so that no message comes again meanwhile.
const VISIBILITY_SECONDS = 180;

/** What the product runs without a request, as far as its functions are built. */
export function productBackground(stackName: string): BackgroundOptions {
  const built = (functionName: string) => backgroundFunctions.some((name) => name === functionName);
  const dead = `${stackName}-dead-letters`;
  const queue = (name: string, environmentVariable: string) => ({
    name: `${stackName}-${name}`,
    environmentVariable,
    visibilitySeconds: VISIBILITY_SECONDS,
    deadLetters: { queue: dead, maxReceives: 5 },
    ...(built('refresh-connection') && { consumer: { functionName: 'refresh-connection' } }),
  });
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
