import { epochSeconds } from '../clock.ts';
import type { Connection, Tokens } from '../connections/connection.ts';
import {
  InvalidProviderResponse,
  ProviderRejected,
  ProviderUnavailable,
  VersionConflict,
} from '../errors.ts';
import { describe } from '../incident.ts';
import { withProvider } from '../oauth/client.ts';
import { refreshTokens, type TokenAnswer } from '../oauth/token-endpoint.ts';
import type { Provider } from '../providers/provider.ts';
import { Secret } from '../secret.ts';
import { openJson, sealJson } from '../vault/sealed-json.ts';
import type { TokenDeps } from './deps.ts';

export type Refreshed =
  | { kind: 'refreshed'; connection: Connection; tokens: Tokens }
  | { kind: 'needs_reauth' }
  | { kind: 'not_connected' }
  | { kind: 'no_refresh_token' }
  | { kind: 'unavailable'; retryAfterSeconds?: number };

/** The refresh token is used up, revoked or has ended; Dex says `invalid_request` for a used one. */
const GRANT_ENDED = [
  'invalid_grant',
  'invalid_request',
  'bad_refresh_token',
  'token_revoked',
  'invalid_refresh_token',
];

/**
 * Trades the refresh token and saves the new pair over the version that was read. A refresh that
 * comes second adopts the tokens of the first.
 */
export async function refreshConnection(
  deps: TokenDeps,
  provider: Provider,
  connection: Connection,
  tokens: Tokens,
): Promise<Refreshed> {
  const { refreshToken } = tokens;
  if (refreshToken === undefined) return { kind: 'no_refresh_token' };
  let answer: TokenAnswer;
  try {
    answer = await withProvider(
      deps,
      provider,
      (context) => refreshTokens(context, new Secret(refreshToken)),
      connection.tokenOrigin,
    );
  } catch (error) {
    return failed(deps, connection, error);
  }
  const renewed: Tokens = {
    accessToken: answer.accessToken.reveal(),
    tokenType: answer.tokenType,
    // Many providers leave it out: the old one stays in force (RFC 6749 section 6).
    refreshToken: answer.refreshToken?.reveal() ?? refreshToken,
  };
  return save(deps, connection, renewed, answer);
}

async function save(
  deps: TokenDeps,
  connection: Connection,
  tokens: Tokens,
  answer: TokenAnswer,
): Promise<Refreshed> {
  const now = epochSeconds(deps.ports);
  try {
    const saved = await deps.connections.change(connection, {
      status: 'connected',
      tokens: await sealJson(deps.vault, deps.ports, 'tokens', connection, tokens),
      expiresAt: answer.expiresIn === undefined ? undefined : now + answer.expiresIn,
      ...(answer.scopes !== undefined && { scopes: answer.scopes }),
      updatedAt: now,
    });
    return { kind: 'refreshed', connection: saved, tokens };
  } catch (error) {
    if (error instanceof VersionConflict) {
      return (await newerThan(deps, connection)) ?? { kind: 'needs_reauth' };
    }
    throw error;
  }
}

async function failed(deps: TokenDeps, connection: Connection, error: unknown): Promise<Refreshed> {
  const { provider } = connection;
  if (error instanceof ProviderRejected && GRANT_ENDED.includes(error.error)) {
    // The one who came first has used the refresh token up: its tokens are the good ones.
    const newer = await newerThan(deps, connection);
    if (newer !== undefined) return newer;
    return endGrant(deps, connection, error);
  }
  if (
    error instanceof ProviderUnavailable ||
    error instanceof InvalidProviderResponse ||
    error instanceof ProviderRejected
  ) {
    deps.ports.log.warn('refresh failed', { provider, cause: describe(error) });
    const retryAfterSeconds =
      error instanceof ProviderUnavailable ? error.retryAfterSeconds : undefined;
    return { kind: 'unavailable', ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  }
  throw error;
}

async function endGrant(
  deps: TokenDeps,
  connection: Connection,
  error: ProviderRejected,
): Promise<Refreshed> {
  deps.ports.log.warn('connection needs_reauth', {
    provider: connection.provider,
    cause: describe(error),
  });
  try {
    await deps.connections.change(connection, {
      status: 'needs_reauth',
      updatedAt: epochSeconds(deps.ports),
    });
  } catch (conflict) {
    if (!(conflict instanceof VersionConflict)) throw conflict;
    const newer = await newerThan(deps, connection);
    if (newer !== undefined) return newer;
  }
  return { kind: 'needs_reauth' };
}

/** What another one has saved since, read consistently; `undefined` when nothing has changed. */
async function newerThan(deps: TokenDeps, connection: Connection): Promise<Refreshed | undefined> {
  const current = await deps.connections.get(connection, true);
  if (current === undefined || current.status === 'disconnected') return { kind: 'not_connected' };
  if (current.status === 'needs_reauth') return { kind: 'needs_reauth' };
  if (current.version === connection.version) return undefined;
  const tokens = await openJson<Tokens>(deps.vault, 'tokens', current, current.tokens!);
  return { kind: 'refreshed', connection: current, tokens };
}
