import { epochSeconds } from '../clock.ts';
import type { Connection } from '../connections/connection.ts';
import type { Trouble } from '../connections/provider-health.ts';
import { ProviderRejected, ProviderUnavailable } from '../errors.ts';
import { describe } from '../incident.ts';
import { tokenOriginOf } from '../providers/instance.ts';
import type { Provider } from '../providers/provider.ts';
import type { TokenDeps } from './deps.ts';

// A window grows from two seconds to five minutes: a Retry-After that says more is one answer's word for all.
const FIRST_WINDOW_SECONDS = 2;
const LONGEST_WINDOW_SECONDS = 300;

/** That a connection may ask its provider now. */
export interface Admitted {
  kind: 'admitted';
  /** What the window is of. */
  place: string;
  trouble: Trouble | undefined;
}

export type Admission = Admitted | { kind: 'wait'; retryAfterSeconds: number };

/**
 * What a window is of: the provider, or the one of its servers that a connection's own values lead to.
 * One shop that does not answer holds up no other.
 */
function placeOf(provider: Provider, { tokenOrigin }: Connection): string {
  const origin = tokenOriginOf(provider);
  const isShared = origin === undefined || origin === tokenOrigin;
  return isShared ? provider.id : `${provider.id}#${tokenOrigin}`;
}

/**
 * Whether a connection may ask its provider now; where not, how long to wait. One request a window
 * asks a place in trouble, so that a thousand connections do not hammer it.
 */
export async function admit(
  deps: TokenDeps,
  provider: Provider,
  connection: Connection,
): Promise<Admission> {
  const place = placeOf(provider, connection);
  const trouble = await deps.health.get(place);
  if (trouble === undefined) return { kind: 'admitted', place, trouble };
  const now = epochSeconds(deps.ports);
  if (trouble.retryAt > now) return { kind: 'wait', retryAfterSeconds: trouble.retryAt - now };
  const next = now + windowSeconds(trouble.failures);
  return (await deps.health.claimProbe(place, trouble, next))
    ? { kind: 'admitted', place, trouble }
    : { kind: 'wait', retryAfterSeconds: windowSeconds(trouble.failures) };
}

/** Writes down how a request that was admitted went; a note that cannot be written fails nobody. */
export async function report(deps: TokenDeps, admitted: Admitted, error: unknown): Promise<void> {
  try {
    await write(deps, admitted, error);
  } catch (unwritten) {
    const { place } = admitted;
    deps.ports.log.warn('provider window not written', { place, cause: describe(unwritten) });
  }
}

async function write(deps: TokenDeps, { place, trouble }: Admitted, error: unknown): Promise<void> {
  if (!isOutage(error)) {
    const answered = error === undefined || error instanceof ProviderRejected;
    if (trouble !== undefined && answered) await deps.health.recovered(place);
    return;
  }
  const failures = (trouble?.failures ?? 0) + 1;
  const wait = Math.max(
    windowSeconds(failures),
    Math.min(error.retryAfterSeconds ?? 0, LONGEST_WINDOW_SECONDS),
  );
  await deps.health.failed(place, failures, epochSeconds(deps.ports) + Math.ceil(wait));
}

/** Whether an error says that the provider fails everybody, not this request alone. */
export function isOutage(error: unknown): error is ProviderUnavailable {
  return error instanceof ProviderUnavailable && error.concerns === 'provider';
}

/** How long to wait after so many failures in a row. */
export function windowSeconds(failures: number): number {
  return Math.min(FIRST_WINDOW_SECONDS * 2 ** Math.max(0, failures - 1), LONGEST_WINDOW_SECONDS);
}
