import type { BrowserFunction } from '../../shared/routes.ts';
import type { DeploymentInput, Throttle } from '../deployment.ts';

/**
 * If every provider hung until the functions' time-outs, `authorize` and the two routes of `callback`
 * would hold 20 x 20 + 2 x 10 x 29 = 980 executions: fewer than the 1,000 that an account has in a
 * region, so that a flood at one door does not take the functions that services wait for.
 */
const DEFAULTS: Record<BrowserFunction, Throttle> = {
  'connect-page': { rateLimit: 50, burstLimit: 100 },
  authorize: { rateLimit: 20, burstLimit: 40 },
  callback: { rateLimit: 10, burstLimit: 20 },
};

/** The limit of each route, by the function behind it. */
export function throttles(input: DeploymentInput['throttle']): Record<BrowserFunction, Throttle> {
  return { ...DEFAULTS, ...input };
}
