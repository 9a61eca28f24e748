import { epochSeconds } from '../clock.ts';
import { type Connection, NEVER, type Tokens } from '../connections/connection.ts';
import { VersionConflict } from '../errors.ts';
import { describe } from '../incident.ts';
import { type ProviderContext, withProvider } from '../oauth/client.ts';
import { renewTokens } from '../oauth/renewal.ts';
import { revokeTokens } from '../oauth/revocation.ts';
import { openJson, sealJson } from '../vault/sealed-json.ts';
import { ambiguousAccount, notConnected, type Problem } from './answers.ts';
import type { DisconnectDeps } from './deps.ts';
import { tryAgainAt } from './due.ts';
import { findConnection } from './find-connection.ts';
import { isRenewable } from './renewable.ts';

export interface Disconnected {
  status: 'disconnected';
  /** Whether the provider has revoked the tokens; `unsupported` where it offers no revocation. */
  revoked: 'yes' | 'no' | 'unsupported';
}

/** A tombstone stays this long, so that a late write finds it. */
const TOMBSTONE_SECONDS = 15 * 24 * 60 * 60;
const TRIES = 3;

/**
 * Ends a connection: a tombstone first, so that no token is handed out any more, then the revocation
 * at the provider. The sealed tokens stay until they are revoked: a second `disconnect` with the
 * account tries again what failed.
 */
export async function disconnect(
  deps: DisconnectDeps,
  request: { owner: string; provider: string; account?: string | undefined },
): Promise<Disconnected | Problem> {
  for (let attempt = 1; ; attempt++) {
    const found = await findUnrevoked(deps, request);
    if (found.kind === 'not_connected') return notConnected(request);
    if (found.kind === 'ambiguous_account') {
      return ambiguousAccount(request.provider, found.accounts);
    }
    try {
      return await revokeTombstone(deps, await bury(deps, found.connection));
    } catch (error) {
      if (!(error instanceof VersionConflict) || attempt === TRIES) throw error;
    }
  }
}

/** Live connections, and the tombstone of an account whose tokens were not revoked yet. */
async function findUnrevoked(
  deps: DisconnectDeps,
  request: { owner: string; provider: string; account?: string | undefined },
) {
  const found = await findConnection(deps.connections, request);
  const { owner, provider, account } = request;
  if (found.kind !== 'not_connected' || account === undefined) return found;
  const buried = await deps.connections.get({ owner, provider, account }, true);
  return buried?.tokens === undefined ? found : { kind: 'found' as const, connection: buried };
}

function bury(deps: DisconnectDeps, connection: Connection): Promise<Connection> | Connection {
  if (connection.status === 'disconnected') return connection;
  const now = epochSeconds(deps.ports);
  return deps.connections.change(connection, {
    status: 'disconnected',
    lease: undefined,
    failures: undefined,
    retryAt: undefined,
    updatedAt: now,
    // For the sweep, should this function end before the tokens are revoked.
    dueAt: tryAgainAt(now, 1),
  });
}

/** Revokes the tokens of a tombstone and takes them out of it; what fails is due again later. */
export async function revokeTombstone(
  deps: DisconnectDeps,
  tombstone: Connection,
): Promise<Disconnected> {
  const revoked = await revoke(deps, tombstone);
  if (revoked === 'no') {
    await deps.connections.schedule(tombstone, nextTry(deps, tombstone));
  } else {
    await clean(deps, tombstone, revoked);
  }
  return { status: 'disconnected', revoked };
}

/** The sweep tries again what has failed. */
function nextTry({ ports }: DisconnectDeps, tombstone: Connection) {
  const failures = (tombstone.failures ?? 0) + 1;
  return { failures, dueAt: tryAgainAt(epochSeconds(ports), failures) };
}

/** Takes the sealed values out of a tombstone; one that a reconnect has revived is not ours any more. */
async function clean(
  deps: DisconnectDeps,
  tombstone: Connection,
  revoked: 'yes' | 'unsupported',
): Promise<void> {
  const now = epochSeconds(deps.ports);
  try {
    await deps.connections.change(tombstone, {
      tokens: undefined,
      profile: undefined,
      revoked,
      updatedAt: now,
      dueAt: NEVER,
      ttl: now + TOMBSTONE_SECONDS,
    });
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error;
  }
}

async function revoke(
  deps: DisconnectDeps,
  tombstone: Connection,
): Promise<Disconnected['revoked']> {
  const provider = deps.configuration.providers[tombstone.provider]!;
  try {
    const tokens = await openJson<Tokens>(deps.vault, 'tokens', tombstone, tombstone.tokens!);
    const done = await withProvider(
      deps,
      provider,
      (context) => revokeLive(deps, context, tombstone, tokens),
      tombstone,
    );
    return done ? 'yes' : 'unsupported';
  } catch (error) {
    deps.ports.log.warn('revocation failed', {
      provider: tombstone.provider,
      cause: describe(error),
    });
    return 'no';
  }
}

/** Where a provider revokes live access tokens only, the stored one is refreshed when it has ended. */
async function revokeLive(
  deps: DisconnectDeps,
  context: ProviderContext,
  tombstone: Connection,
  tokens: Tokens,
): Promise<boolean> {
  const { provider } = context;
  const now = epochSeconds(deps.ports);
  const ended = tombstone.expiresAt !== undefined && tombstone.expiresAt <= now;
  const renews = provider.revocationRequest.refreshFirst && ended;
  if (!renews || !isRenewable(deps, provider, tombstone, tokens)) {
    return revokeTokens(context, tokens);
  }
  const answer = await renewTokens(context, tokens);
  const fresh: Tokens = {
    ...tokens,
    accessToken: answer.accessToken.reveal(),
    tokenType: answer.tokenType,
    ...(answer.refreshToken !== undefined && { refreshToken: answer.refreshToken.reveal() }),
  };
  try {
    return await revokeTokens(context, fresh);
  } catch (error) {
    // The next try must find the refresh token that is in force.
    await deps.connections.change(tombstone, {
      tokens: await sealJson(deps.vault, deps.ports, 'tokens', tombstone, fresh),
      expiresAt: answer.expiresIn === undefined ? undefined : now + answer.expiresIn,
      updatedAt: now,
      ...nextTry(deps, tombstone),
    });
    throw error;
  }
}
