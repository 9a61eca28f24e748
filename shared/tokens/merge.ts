import { epochSeconds } from '../clock.ts';
import type { Connection, Tokens } from '../connections/connection.ts';
import type { Changes } from '../connections/connection-table.ts';
import { ConfigurationError } from '../errors.ts';
import { describe } from '../incident.ts';
import { withProvider } from '../oauth/client.ts';
import { revokeTokens } from '../oauth/revocation.ts';
import type { SpooledPair } from '../queues/spooled-pair.ts';
import { openJson, sealJson } from '../vault/sealed-json.ts';
import type { DisconnectDeps } from './deps.ts';
import { tryAgainAt } from './due.ts';

/**
 * What became of a pair: it is the row's; a newer one or another grant has the row, and it is dropped;
 * its connection has ended, and it is revoked or left there to be revoked.
 */
export type Merged = 'saved' | 'superseded' | 'revoked' | 'unrevoked';

const PAUSE_MILLISECONDS = 500;
// The last moment at which a try is begun before the function ends.
const LAST_TRY_MILLISECONDS = 3_000;

/**
 * Merges a pair from the spool into its row. Tried again and again, so that it stands there before
 * anybody takes the lease over. `endsAt`: when the function ends, in milliseconds since the epoch.
 * Throws what a later delivery may put right.
 */
export async function mergeSpooled(
  deps: DisconnectDeps,
  pair: SpooledPair,
  endsAt: number,
): Promise<Merged> {
  for (;;) {
    try {
      return await mergePair(deps, pair);
    } catch (error) {
      if (deps.ports.now() > endsAt - LAST_TRY_MILLISECONDS) throw error;
      await deps.ports.sleep(PAUSE_MILLISECONDS);
    }
  }
}

/** Merges a pair into its row as that is by now; `VersionConflict` where another one writes meanwhile. */
export async function mergePair(deps: DisconnectDeps, pair: SpooledPair): Promise<Merged> {
  const row = await deps.connections.get(pair, true);
  if (row === undefined || row.status === 'disconnected') return revokeLate(deps, row, pair);
  // A write whose acknowledgement was lost, or a message that came twice.
  if (row.tokens?.writeId === pair.tokens.writeId) return 'saved';
  // Whoever took the lease over may have sent the spent refresh token and believe that the grant has
  // ended. It may have, but this pair is the newest there is: the connection lives or dies with it. So
  // does one that was connected anew and has kept the tokens.
  const spent = row.tokens?.writeId === pair.replaces;
  if (row.tokens?.keptFrom?.includes(pair.replaces)) return mergeRotated(deps, row, pair);
  // In a provider's grace window the same token was spent twice: the later pair is the one in force.
  const later =
    row.grantId === pair.grantId &&
    row.version === pair.version + 1 &&
    row.updatedAt < pair.updatedAt;
  if (!spent && !later) {
    deps.ports.log.warn('a newer write came before a refresh', { provider: pair.provider });
    return 'superseded';
  }
  await deps.connections.change(row, changesOf(pair), row.lease?.holder ?? null);
  return 'saved';
}

/**
 * A reconnect came before a pair, and kept the refresh token that was spent for it: what the provider
 * has put in that one's place is the row's. The access token and its scopes stay the reconnect's.
 */
async function mergeRotated(
  { connections, vault, ports }: DisconnectDeps,
  row: Connection,
  pair: SpooledPair,
): Promise<Merged> {
  const [kept, { refreshToken }] = await Promise.all([
    openJson<Tokens>(vault, 'tokens', row, row.tokens!),
    openJson<Tokens>(vault, 'tokens', pair, pair.tokens),
  ]);
  if (refreshToken === kept.refreshToken) return 'superseded';
  await connections.change(
    row,
    {
      status: 'connected',
      tokens: await sealJson(vault, ports, 'tokens', row, { ...kept, refreshToken }),
      refreshTokenExpiresAt: pair.refreshTokenExpiresAt,
      failures: undefined,
      retryAt: undefined,
      dueAt: Math.min(row.dueAt, pair.dueAt),
    },
    row.lease?.holder ?? null,
  );
  return 'saved';
}

/** What was issued for a row, as the spool takes it. */
export function pairFor(
  { owner, provider, account, grantId, version, tokenOrigin, instance, tokens }: Connection,
  issued: Pick<SpooledPair, 'tokens' | 'updatedAt' | 'dueAt'> & Partial<SpooledPair>,
): SpooledPair {
  const row = { owner, provider, account, grantId, version, tokenOrigin };
  const replaces = tokens!.writeId;
  return { ...row, replaces, ...(instance !== undefined && { instance }), ...issued };
}

/** What a pair changes in its row. */
export function changesOf(pair: SpooledPair): Changes {
  const { tokens, expiresAt, refreshTokenExpiresAt, scopes, instance, updatedAt, dueAt } = pair;
  return {
    status: 'connected',
    tokens,
    expiresAt,
    refreshTokenExpiresAt,
    ...(scopes !== undefined && { scopes }),
    ...(instance !== undefined && { instance }),
    failures: undefined,
    retryAt: undefined,
    updatedAt,
    dueAt,
  };
}

/** A pair that a disconnect came before is revoked; where that fails, the tombstone keeps it for the next try. */
async function revokeLate(
  deps: DisconnectDeps,
  tombstone: Connection | undefined,
  pair: SpooledPair,
): Promise<Merged> {
  const provider = deps.configuration.providers[pair.provider];
  try {
    if (provider === undefined) {
      throw new ConfigurationError('providers', `expected ${pair.provider}, to revoke its tokens`);
    }
    const tokens = await openJson<Tokens>(deps.vault, 'tokens', pair, pair.tokens);
    await withProvider(deps, provider, (context) => revokeTokens(context, tokens), pair);
    return 'revoked';
  } catch (error) {
    deps.ports.log.warn('tokens refreshed during a disconnect were not revoked', {
      provider: pair.provider,
      cause: describe(error),
    });
    // Other tokens than the spent ones wait there for a revocation of their own.
    const isFree = [undefined, pair.replaces].includes(tombstone?.tokens?.writeId);
    if (tombstone === undefined || !isFree) throw error;
    const { tokens, expiresAt, updatedAt } = pair;
    const dueAt = tryAgainAt(epochSeconds(deps.ports), 1);
    await deps.connections.change(tombstone, {
      tokens,
      expiresAt,
      updatedAt,
      dueAt,
      ttl: undefined,
    });
    return 'unrevoked';
  }
}
