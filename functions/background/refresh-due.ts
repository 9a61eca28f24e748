import type { MiddyfiedHandler } from '@middy/core';
import { makeRefreshQueue } from '../../shared/queues/refresh-queue.ts';
import { type SweepDeps, sweep } from '../../shared/tokens/sweep.ts';
import { backgroundFunction } from '../runtime/background-function.ts';
import { environment } from '../runtime/environment.ts';
import * as production from '../runtime/production.ts';

/** Queues what has come up by now; what the clock says with it does not matter. */
export function makeRefreshDue(deps: SweepDeps): MiddyfiedHandler<unknown, void> {
  return backgroundFunction('refresh-due', deps, (_event, endsAt) => sweep(deps, endsAt));
}

export const handler = makeRefreshDue({
  configuration: production.configuration,
  due: production.dueIndex(),
  health: production.providerHealth(),
  queue: makeRefreshQueue(environment('REFRESH_QUEUE_URL')),
  ports: production.localPorts(),
});
