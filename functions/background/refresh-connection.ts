import { InvalidRequest } from '../../shared/errors.ts';
import { pairOfMessage } from '../../shared/queues/spooled-pair.ts';
import type { DisconnectDeps } from '../../shared/tokens/deps.ts';
import { mergeSpooled } from '../../shared/tokens/merge.ts';
import * as production from '../runtime/production.ts';
import { type QueueHandler, queueFunction } from '../runtime/queue-function.ts';

/** Merges pairs that could not be saved when the provider issued them. */
export function makeRefreshConnection(deps: DisconnectDeps): QueueHandler {
  return queueFunction('refresh-connection', deps, async (message, endsAt) => {
    const pair = pairOfMessage(message);
    if (pair === undefined) throw new InvalidRequest('kind', 'expected "merge"');
    return { provider: pair.provider, result: await mergeSpooled(deps, pair, endsAt) };
  });
}

export const handler = makeRefreshConnection({
  configuration: production.configuration,
  connections: production.connectionTable(),
  vault: production.vault(),
  spool: production.spool(),
  ...production.providerDeps(),
});
