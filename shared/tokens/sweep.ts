import { epochSeconds } from '../clock.ts';
import type { Configuration } from '../configuration.ts';
import type { DueIndex, DueRow } from '../connections/due-index.ts';
import type { ProviderHealth } from '../connections/provider-health.ts';
import type { Ports } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';
import { BATCH_AT_MOST, type RefreshQueue } from '../queues/due-message.ts';

export interface SweepDeps {
  configuration: Configuration;
  due: DueIndex;
  health: ProviderHealth;
  queue: RefreshQueue;
  ports: Pick<Ports, 'now' | 'log'>;
}

/** What was claimed comes up again after this long, should its message be lost. */
export const CLAIM_SECONDS = 15 * 60;
/** The clock's period: what one run finds is spread over it. */
const SPREAD_SECONDS = 60;
const PROVIDERS_AT_ONCE = 4;
// A batch that hangs at AWS takes six seconds; one that was claimed should be sent.
const LAST_BATCH_MILLISECONDS = 10_000;

/**
 * Looks for what has come up and queues it, the oldest first and no more for each provider than it may
 * be asked in a minute. Whatever is left comes up in the next minute. `endsAt`: when the function ends,
 * in milliseconds since the epoch.
 */
export async function sweep(deps: SweepDeps, endsAt: number): Promise<void> {
  const waiting = Object.values(deps.configuration.providers);
  const failed: unknown[] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        await sweepProvider(deps, next, endsAt);
      } catch (error) {
        // The other providers have their turn first.
        failed.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: PROVIDERS_AT_ONCE }, worker));
  if (failed.length > 0) throw failed[0];
}

async function sweepProvider(deps: SweepDeps, provider: Provider, endsAt: number): Promise<void> {
  const { ports } = deps;
  const most = await allowed(deps, provider);
  if (most === 0) return;
  const found = await deps.due.find(provider.id, epochSeconds(ports), most);
  let queued = 0;
  for (let start = 0; start < found.length; start += BATCH_AT_MOST) {
    if (ports.now() > endsAt - LAST_BATCH_MILLISECONDS) break;
    queued += await queueBatch(deps, found, start);
  }
  if (found.length > 0) {
    ports.log.info('refresh-due', { provider: provider.id, found: found.length, queued });
  }
}

/** A provider in trouble is left in peace until its window ends, and then asked once. */
async function allowed({ health, ports }: SweepDeps, provider: Provider): Promise<number> {
  const trouble = await health.get(provider.id);
  if (trouble === undefined) return provider.refreshesPerMinute;
  return trouble.retryAt > epochSeconds(ports) ? 0 : 1;
}

/** A schedule that fires twice finds the same, and the conditional claim lets one of the two queue it. */
async function queueBatch(
  { due, queue, ports }: SweepDeps,
  found: DueRow[],
  start: number,
): Promise<number> {
  const until = epochSeconds(ports) + CLAIM_SECONDS;
  const batch = found.slice(start, start + BATCH_AT_MOST).map((each, index) => ({
    due: each,
    delaySeconds: Math.floor(((start + index) * SPREAD_SECONDS) / found.length),
  }));
  const claims = await Promise.all(batch.map((each) => due.claim(each.due, until)));
  const claimed = batch.filter((_, index) => claims[index]);
  return claimed.length === 0 ? 0 : queue.send(claimed);
}
