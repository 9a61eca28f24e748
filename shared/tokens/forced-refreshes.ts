import { epochSeconds, hourOf, restOfHour } from '../clock.ts';
import type { Connection } from '../connections/connection.ts';
import type { TokenDeps } from './deps.ts';

type Deps = Pick<TokenDeps, 'configuration' | 'ports'>;

/**
 * Seconds until callers may have a token refreshed again that is good for a while, because an API has
 * refused it or they ask for a longer life; `undefined`: at once.
 */
export function waitToForce(
  { configuration, ports }: Deps,
  { forced }: Connection,
): number | undefined {
  const now = epochSeconds(ports);
  const used = forced?.hour === hourOf(now) ? forced.count : 0;
  return used < configuration.limits.refreshesPerConnection ? undefined : restOfHour(now);
}

/** One more, as the save of a forced refresh writes it. */
export function onceMore({ ports }: Deps, { forced }: Connection): Pick<Connection, 'forced'> {
  const hour = hourOf(epochSeconds(ports));
  return { forced: { hour, count: forced?.hour === hour ? forced.count + 1 : 1 } };
}
