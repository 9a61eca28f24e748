import { audit } from '../audit.ts';
import { epochSeconds } from '../clock.ts';
import { type Connection, NEVER, type Tokens } from '../connections/connection.ts';
import {
  CaptureError,
  ConfigurationError,
  InvalidProviderResponse,
  ProviderNotConfigured,
  ProviderRejected,
  ProviderUnavailable,
  VersionConflict,
} from '../errors.ts';
import { describe } from '../incident.ts';
import { CLIENT_REFUSED, prepareProvider, withProvider } from '../oauth/client.ts';
import { isGrantEnded, renewTokens } from '../oauth/renewal.ts';
import type { TokenAnswer } from '../oauth/token-endpoint.ts';
import type { Provider } from '../providers/provider.ts';
import { type JsonSeal, prepareJson } from '../vault/sealed-json.ts';
import type { TokenDeps } from './deps.ts';
import { dueAt } from './due.ts';
import { type HeldLease, LEASE_SECONDS, PROVIDER_MILLISECONDS } from './lease.ts';
import { type Admitted, admit, isOutage, report, windowSeconds } from './provider-window.ts';
import { adopt, readAgain } from './read-again.ts';
import { isRenewable } from './renewable.ts';
import { saveRefreshed } from './save-refreshed.ts';

export type Refreshed =
  | { kind: 'refreshed'; connection: Connection; tokens: Tokens }
  | { kind: 'needs_reauth' }
  | { kind: 'not_connected' }
  | { kind: 'no_refresh_token' }
  | { kind: 'unavailable'; retryAfterSeconds?: number }
  /** The provider refuses our client, or the configuration stands in the way: the connection is not to blame. */
  | { kind: 'misconfigured'; error: CaptureError };

export interface RefreshOptions {
  /** When the function ends, in milliseconds since the epoch. */
  endsAt: number;
  /** Waits for another one's refresh; `false` where the stored token serves meanwhile. */
  waits: boolean;
  /** A caller asks for it although the token is good for a while: counted by the save. */
  forced?: boolean;
}

// What a save needs after the provider's answer.
const SAVE_MILLISECONDS = 3_000;
const FIRST_PAUSE_MILLISECONDS = 40;
const LONGEST_PAUSE_MILLISECONDS = 600;

/**
 * Makes a connection's tokens fresh, once for all who ask: the holder of the row's lease goes to the
 * provider, the others wait for what it saves.
 */
export async function refreshConnection(
  deps: TokenDeps,
  provider: Provider,
  connection: Connection,
  tokens: Tokens,
  options: RefreshOptions,
): Promise<Refreshed> {
  if (!isRenewable(deps, provider, connection, tokens)) return { kind: 'no_refresh_token' };
  const { ports } = deps;
  let current = connection;
  let pause = FIRST_PAUSE_MILLISECONDS;
  // A refresh that is cut off after the provider has rotated would lose the grant.
  const isLate = () => ports.now() > options.endsAt - SAVE_MILLISECONDS - PROVIDER_MILLISECONDS;
  for (;;) {
    const staleIn = deps.leases.staleIn(current, ports.now());
    if (staleIn <= 0) {
      if (isLate()) return { kind: 'unavailable' };
      const rest = (current.retryAt ?? 0) - epochSeconds(ports);
      if (rest > 0) return { kind: 'unavailable', retryAfterSeconds: rest };
      try {
        // Before the lease: what is slow to look up must not run under it.
        await prepareProvider(deps, provider, current.instance);
      } catch (error) {
        return outcomeOf(deps, provider.id, error);
      }
      const admission = await admit(deps, provider, current);
      if (admission.kind === 'wait') {
        return { kind: 'unavailable', retryAfterSeconds: admission.retryAfterSeconds };
      }
      // Provider and table may have taken long to look up.
      if (isLate()) return { kind: 'unavailable' };
      const holder = Buffer.from(ports.random(12)).toString('base64url');
      // From before the write: its answer may come long after the lease began.
      const takenAt = ports.now();
      const takenAtSeconds = epochSeconds(ports);
      const taken = {
        lease: { holder, seconds: LEASE_SECONDS },
        dueAt: resumeAt(provider, current, takenAtSeconds),
      };
      if (await deps.connections.takeLease(current, taken, current.lease?.holder)) {
        const { endsAt, forced = false } = options;
        const refreshed = await refreshUnderLease(deps, provider, current, tokens, {
          holder,
          takenAt,
          takenAtSeconds,
          endsAt,
          admitted: admission,
          forced,
        });
        auditRefresh(deps, current, refreshed);
        return refreshed;
      }
    } else if (!options.waits) {
      return { kind: 'unavailable' };
    }
    // Full jitter: a hundred who wait for one refresh do not read at the same moment.
    const jitter = ports.random(1)[0]! / 255;
    const wait = pause * (0.5 + jitter);
    await ports.sleep(staleIn > 0 ? Math.min(wait, staleIn) : wait);
    pause = Math.min(pause * 1.7, LONGEST_PAUSE_MILLISECONDS);
    if (ports.now() > options.endsAt - SAVE_MILLISECONDS) return { kind: 'unavailable' };
    const read = await readAgain(deps, connection);
    if (read.kind !== 'unchanged') return read;
    current = read.connection;
  }
}

/**
 * When the sweep goes on with a refresh whose holder was killed. What may have been rotated must be
 * replayed in the provider's grace window, or be found lost, though nobody asks.
 */
function resumeAt({ rotation }: Provider, { dueAt }: Connection, now: number): number {
  return rotation === 'none' ? dueAt : Math.min(dueAt, now + LEASE_SECONDS);
}

async function refreshUnderLease(
  deps: TokenDeps,
  provider: Provider,
  connection: Connection,
  tokens: Tokens,
  held: HeldLease & { admitted: Admitted },
): Promise<Refreshed> {
  const providerUntil = held.takenAt + PROVIDER_MILLISECONDS;
  let seal: JsonSeal;
  let answer: TokenAnswer;
  try {
    // What would keep a rotated token from being sealed shows before it is rotated.
    seal = await prepareJson(deps.vault, deps.ports, 'tokens', connection);
    answer = await withProvider(
      { ...deps, ports: { ...deps.ports, http: until(deps, providerUntil) } },
      provider,
      (context) => renewTokens(context, tokens),
      connection,
    );
  } catch (error) {
    const outcome = await classify(deps, provider, connection, tokens, held.holder, error);
    await report(deps, held.admitted, error);
    return outcome;
  }
  const saved = await saveRefreshed(deps, provider, connection, tokens, answer, { ...held, seal });
  await report(deps, held.admitted, undefined);
  return saved;
}

/** Requests that end before the lease does; one that could not is not begun. */
function until(deps: TokenDeps, endsAt: number): TokenDeps['ports']['http'] {
  return (request) => {
    const left = endsAt - deps.ports.now();
    if (left < 1_000)
      return Promise.reject(
        new ProviderUnavailable('no time left for a request', undefined, 'request'),
      );
    return deps.ports.http({ ...request, deadlineMilliseconds: left });
  };
}

/** After an outage the provider's window is enough; else this connection alone is left in peace. */
function backOffAfter({ ports }: TokenDeps, { failures = 0 }: Connection, error: unknown) {
  if (isOutage(error) || !(error instanceof CaptureError)) return undefined;
  const next = failures + 1;
  return { failures: next, retryAt: epochSeconds(ports) + windowSeconds(next) };
}

async function classify(
  deps: TokenDeps,
  provider: Provider,
  connection: Connection,
  tokens: Tokens,
  holder: string,
  error: unknown,
): Promise<Refreshed> {
  if (isGrantEnded(error)) {
    return endGrant(deps, connection, holder, error);
  }
  await deps.connections.releaseLease(connection, holder, {
    ...backOffAfter(deps, connection, error),
    dueAt: dueAt(provider, connection, tokens, epochSeconds(deps.ports)),
  });
  return outcomeOf(deps, provider.id, error);
}

/** The provider has ended the grant: nobody tries this connection again until it is connected anew. */
async function endGrant(
  deps: TokenDeps,
  connection: Connection,
  holder: string,
  error: ProviderRejected,
): Promise<Refreshed> {
  deps.ports.log.warn('connection needs_reauth', {
    provider: connection.provider,
    cause: describe(error),
  });
  try {
    await deps.connections.change(
      connection,
      { status: 'needs_reauth', updatedAt: epochSeconds(deps.ports), dueAt: NEVER },
      holder,
    );
    return { kind: 'needs_reauth' };
  } catch (conflict) {
    if (!(conflict instanceof VersionConflict)) throw conflict;
    // Whoever came first has used the refresh token up, and its tokens are the good ones.
    return adopt(deps, connection);
  }
}

function auditRefresh({ ports }: TokenDeps, connection: Connection, { kind }: Refreshed): void {
  const { owner, provider, account } = connection;
  audit(ports.log, { action: 'refresh', result: kind, owner, provider, account });
}

/** What an error means that is not the connection's fault; what is no provider's and no configuration's is thrown. */
function outcomeOf(deps: TokenDeps, provider: string, error: unknown): Refreshed {
  if (
    error instanceof ConfigurationError ||
    error instanceof ProviderNotConfigured ||
    (error instanceof ProviderRejected && CLIENT_REFUSED.includes(error.error))
  ) {
    deps.ports.log.error('refresh misconfigured', { provider, cause: describe(error) });
    return { kind: 'misconfigured', error };
  }
  if (
    error instanceof ProviderUnavailable ||
    error instanceof InvalidProviderResponse ||
    error instanceof ProviderRejected
  ) {
    deps.ports.log.warn('refresh failed', { provider, cause: describe(error) });
    const wait = error instanceof ProviderUnavailable ? error.retryAfterSeconds : undefined;
    return { kind: 'unavailable', ...(wait !== undefined && { retryAfterSeconds: wait }) };
  }
  throw error;
}
