import type { PendingTable } from '../../shared/connections/pending-table.ts';
import { InvalidRequest } from '../../shared/errors.ts';
import { dueOfMessage } from '../../shared/queues/due-message.ts';
import { pairOfMessage } from '../../shared/queues/spooled-pair.ts';
import type { TokenDeps } from '../../shared/tokens/deps.ts';
import { dropPending } from '../../shared/tokens/drop-pending.ts';
import { doDueWork } from '../../shared/tokens/due-work.ts';
import { makeLeaseWatch } from '../../shared/tokens/lease.ts';
import { mergeSpooled } from '../../shared/tokens/merge.ts';
import { reseal } from '../../shared/tokens/reseal.ts';
import * as production from '../runtime/production.ts';
import { type QueueHandler, queueFunction } from '../runtime/queue-function.ts';

/** Does what is due for connections, seals them anew, and merges pairs that could not be saved when they were issued. */
export function makeRefreshConnection(deps: TokenDeps & { pending: PendingTable }): QueueHandler {
  return queueFunction('refresh-connection', deps, async (message, endsAt) => {
    const due = dueOfMessage(message);
    if (due?.kind === 'drop') return { result: await dropPending(deps, due) };
    if (due?.kind === 'reseal') {
      return { provider: due.provider, result: await reseal(deps, due, due.since) };
    }
    if (due !== undefined) {
      return { provider: due.provider, result: await doDueWork(deps, due, endsAt) };
    }
    const pair = pairOfMessage(message);
    if (pair === undefined)
      throw new InvalidRequest('kind', 'expected "refresh", "drop", "reseal" or "merge"');
    return { provider: pair.provider, result: await mergeSpooled(deps, pair, endsAt) };
  });
}

export const handler = makeRefreshConnection({
  configuration: production.configuration,
  connections: production.connectionTable(),
  controls: production.controlTable(),
  pending: production.pendingTable(),
  vault: production.vault(),
  spool: production.spool(),
  health: production.providerHealth(),
  leases: makeLeaseWatch(),
  ...production.providerDeps(),
});
