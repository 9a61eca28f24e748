import { epochSeconds, isoTime } from '../clock.ts';
import type { Connection, Tokens } from '../connections/connection.ts';
import { RateLimited } from '../errors.ts';
import { describe } from '../incident.ts';
import { openJson } from '../vault/sealed-json.ts';
import {
  ambiguousAccount,
  insufficientScope,
  needsReauth,
  notConnected,
  type Problem,
  providerUnavailable,
  rateLimited,
} from './answers.ts';
import type { TokenDeps } from './deps.ts';
import { aheadOfExpiry } from './due.ts';
import { findConnection } from './find-connection.ts';
import { waitToForce } from './forced-refreshes.ts';
import { type Refreshed, refreshConnection } from './refresh.ts';
import { isDueEarly } from './renewable.ts';
import { stoppedSince, switchedOff, switchedOffItself } from './switched-off.ts';

export interface GetTokenRequest {
  owner: string;
  provider: string;
  account?: string | undefined;
  /** The token must stay valid at least this long; default 60, or half of its life where that is less. */
  minValiditySeconds?: number | undefined;
  requiredScopes?: string[] | undefined;
  /** An access token that the provider's API refused: refreshed if it is still the current one. */
  rejectedToken?: string | undefined;
}

export interface TokenGranted {
  status: 'ok';
  accessToken: string;
  tokenType: string;
  /** ISO 8601; `null`: does not expire. */
  expiresAt: string | null;
  scopes: string[];
  provider: string;
  account: string;
  /** What the connection has of its own: the host of its shop, the id of its company. */
  instance?: Record<string, string>;
}

const MIN_VALIDITY_SECONDS = 60;
const SCHEDULE_MILLISECONDS = 50;

/**
 * An access token that works, refreshed when need be, or a typed answer that says what to do.
 * `endsAt`: when the function ends, in milliseconds since the epoch. Throws where the configuration
 * stands in the way and the stored token has ended.
 */
export async function getToken(
  deps: TokenDeps,
  request: GetTokenRequest,
  endsAt: number,
): Promise<TokenGranted | Problem> {
  const readAt = deps.ports.now();
  const [off, found] = await Promise.all([
    switchedOff(deps, request),
    findConnection(deps.connections, request),
  ]);
  if (off !== undefined) return off;
  if (found.kind === 'not_connected') return notConnected(request);
  if (found.kind === 'ambiguous_account') return ambiguousAccount(request.provider, found.accounts);
  const { connection } = found;
  const answer =
    switchedOffItself(connection) ?? (await freshToken(deps, request, connection, endsAt));
  return answer.status === 'ok'
    ? ((await stoppedSince(deps, connection, readAt)) ?? answer)
    : answer;
}

async function freshToken(
  deps: TokenDeps,
  request: GetTokenRequest,
  connection: Connection,
  endsAt: number,
): Promise<TokenGranted | Problem> {
  const provider = deps.configuration.providers[request.provider]!;
  if (connection.status === 'needs_reauth') return needsReauth(request);
  const missing = missingScopes(request, connection);
  if (missing.length > 0) return insufficientScope(request, missing, request.requiredScopes!);

  const tokens = await openJson<Tokens>(deps.vault, 'tokens', connection, connection.tokens!);
  const rejected = request.rejectedToken === tokens.accessToken;
  const isGoodFor = (seconds: number) =>
    validFor(deps, connection, seconds) && !isDueEarly(deps, provider, connection, tokens);
  if (!rejected && isGoodFor(request.minValiditySeconds ?? minValidity(connection))) {
    await refreshAhead(deps, connection, tokens);
    return granted(connection, tokens);
  }
  // Nothing fresher to be had: the stored token is handed out as long as it works.
  const serves = () => !rejected && validFor(deps, connection, 1);
  const storedOr = (otherwise: () => Problem) =>
    serves() ? granted(connection, tokens) : otherwise();
  const forced = isGoodFor(minValidity(connection));
  const wait = forced ? waitToForce(deps, connection) : undefined;
  if (wait !== undefined) {
    const reached = 'limits.refreshesPerConnection is reached for this connection';
    return storedOr(() => rateLimited(new RateLimited(reached, wait)));
  }
  let refreshed: Refreshed;
  try {
    refreshed = await refreshConnection(deps, provider, connection, tokens, {
      endsAt,
      waits: !serves(),
      forced,
    });
  } catch (error) {
    if (!serves()) throw error;
    deps.ports.log.error('refresh failed, stored token served', {
      provider: provider.id,
      cause: describe(error),
    });
    return granted(connection, tokens);
  }
  switch (refreshed.kind) {
    case 'refreshed': {
      const narrowed = missingScopes(request, refreshed.connection);
      return narrowed.length > 0
        ? insufficientScope(request, narrowed, request.requiredScopes!)
        : granted(refreshed.connection, refreshed.tokens);
    }
    case 'not_connected':
      return notConnected(request);
    case 'needs_reauth':
      return needsReauth(request);
    case 'no_refresh_token':
      return storedOr(() => needsReauth(request));
    case 'unavailable': {
      const { retryAfterSeconds } = refreshed;
      return storedOr(() => providerUnavailable(provider.id, retryAfterSeconds));
    }
    case 'misconfigured': {
      const { error } = refreshed;
      return storedOr(() => {
        throw error;
      });
    }
  }
}

/**
 * A connection in use is refreshed by the sweep before its token ends. Written once for a token; the
 * answer waits only a moment for it.
 */
async function refreshAhead(deps: TokenDeps, connection: Connection, tokens: Tokens) {
  const dueAt = aheadOfExpiry(connection, tokens, epochSeconds(deps.ports));
  if (dueAt === undefined) return;
  const { ports } = deps;
  const written = deps.connections.schedule(connection, { dueAt }).catch((error) =>
    ports.log.warn('refresh ahead of expiry not scheduled', {
      provider: connection.provider,
      cause: describe(error),
    }),
  );
  await Promise.race([written, ports.sleep(SCHEDULE_MILLISECONDS)]);
}

function missingScopes({ requiredScopes = [] }: GetTokenRequest, { scopes }: Connection): string[] {
  return requiredScopes.filter((scope) => !scopes.includes(scope));
}

/** Many an OpenID Provider gives a minute: a token is not asked for anew by everyone who needs one. */
function minValidity({ expiresAt = Infinity, updatedAt }: Connection): number {
  return Math.min(MIN_VALIDITY_SECONDS, Math.max(1, (expiresAt - updatedAt) / 2));
}

function validFor(deps: TokenDeps, { expiresAt }: Connection, seconds: number): boolean {
  return expiresAt === undefined || expiresAt - epochSeconds(deps.ports) >= seconds;
}

function granted(connection: Connection, tokens: Tokens): TokenGranted {
  return {
    status: 'ok',
    accessToken: tokens.accessToken,
    tokenType: tokens.tokenType,
    expiresAt: isoTime(connection.expiresAt),
    scopes: connection.scopes,
    provider: connection.provider,
    account: connection.account,
    ...(connection.instance !== undefined && { instance: connection.instance }),
  };
}
