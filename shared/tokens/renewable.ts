import { epochSeconds } from '../clock.ts';
import type { Connection, Tokens } from '../connections/connection.ts';
import { isExchanged } from '../oauth/token-exchange.ts';
import type { Ports } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';
import { halfLife } from './due.ts';

interface Clock {
  ports: Pick<Ports, 'now'>;
}

/** Whether tokens can be made fresh without the person: an access token is exchanged only while it is valid. */
export function isRenewable(
  { ports }: Clock,
  provider: Provider,
  { expiresAt }: Connection,
  tokens: Tokens,
): boolean {
  if (tokens.refreshToken !== undefined) return true;
  return isExchanged(provider, tokens) && (expiresAt ?? Infinity) > epochSeconds(ports);
}

/**
 * Whether a token that is still valid is renewed all the same: one that lives by being exchanged is lost
 * when nobody asks in its last minute, so the second half of its life is the time.
 */
export function isDueEarly(
  { ports }: Clock,
  provider: Provider,
  { expiresAt, updatedAt }: Connection,
  tokens: Tokens,
): boolean {
  if (expiresAt === undefined || !isExchanged(provider, tokens)) return false;
  return epochSeconds(ports) > halfLife(updatedAt, expiresAt);
}
