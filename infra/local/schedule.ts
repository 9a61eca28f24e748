import { randomUUID } from 'node:crypto';
import { ACCOUNT, arn, REGION } from './aws-account.ts';
import type { Invoke } from './background-invocation.ts';

/**
 * Invokes a function at a rate, the first time at once, as EventBridge Scheduler does; while it still
 * runs, its turn is left out. The returned function ends it after what is under way.
 */
export function startSchedule(name: string, seconds: number, invoke: Invoke): () => Promise<void> {
  let running: Promise<void> | undefined;
  const tick = () => {
    running ??= invoke(scheduledEvent(name)).then(() => {
      running = undefined;
    });
  };
  const timer = setInterval(tick, seconds * 1000);
  tick();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

const scheduledEvent = (name: string) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account: ACCOUNT,
  time: new Date().toISOString(),
  region: REGION,
  resources: [arn('scheduler', `schedule/default/${name}`)],
  detail: '{}',
});
