import { randomUUID } from 'node:crypto';
import { ACCOUNT, arn, REGION } from './aws-account.ts';
import type { Invoke } from './background-invocation.ts';

/** Invokes a function at a rate, as EventBridge Scheduler does; see `repeat`. */
export function startSchedule(name: string, seconds: number, invoke: Invoke): () => Promise<void> {
  return repeat(seconds, () => invoke(scheduledEvent(name)));
}

/**
 * Does something at a rate, the first time at once; while it is still being done, its turn is left
 * out. The returned function ends it after what is under way.
 */
export function repeat(seconds: number, work: () => Promise<unknown>): () => Promise<void> {
  let running: Promise<void> | undefined;
  const tick = () => {
    running ??= work()
      .catch((error) => console.error(error))
      .then(() => {
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
