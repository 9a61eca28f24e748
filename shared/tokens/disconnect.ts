import { epochSeconds } from '../clock.ts';
import { type Connection, NEVER, type Tokens } from '../connections/connection.ts';
import { VersionConflict } from '../errors.ts';
import { describe } from '../incident.ts';
import { withProvider } from '../oauth/client.ts';
import { isGrantEnded, renewTokens } from '../oauth/renewal.ts';
import { revokeTokens } from '../oauth/revocation.ts';
import type { Provider } from '../providers/provider.ts';
import { openJson, prepareJson } from '../vault/sealed-json.ts';
import { ambiguousAccount, notConnected, type Problem } from './answers.ts';
import type { DisconnectDeps } from './deps.ts';
import { tryAgainAt } from './due.ts';
import { findConnection } from './find-connection.ts';
import { pairFor } from './merge.ts';
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
  let { account } = request;
  for (let attempt = 1; ; attempt++) {
    const found = await findUnrevoked(deps, { ...request, account });
    if (found.kind === 'not_connected') return notConnected(request);
    if (found.kind === 'ambiguous_account') {
      return ambiguousAccount(request.provider, found.accounts);
    }
    // Where the acknowledgement of its tombstone is lost, no search finds it any more.
    ({ account } = found.connection);
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
  buried: Connection,
): Promise<Disconnected> {
  const provider = deps.configuration.providers[buried.provider]!;
  let tombstone = buried;
  let revoked: Disconnected['revoked'] = 'no';
  try {
    const live = await withLiveToken(deps, provider, buried);
    tombstone = live.tombstone;
    const done = await withProvider(
      deps,
      provider,
      (context) => revokeTokens(context, live.tokens),
      tombstone,
    );
    revoked = done ? 'yes' : 'unsupported';
  } catch (error) {
    // Said twice, it is so: the first time another one may just have rotated the refresh token.
    if (isGrantEnded(error) && buried.failures !== undefined) revoked = 'yes';
    deps.ports.log.warn('revocation failed', {
      provider: provider.id,
      cause: describe(error),
    });
  }
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

/**
 * Where a provider revokes live access tokens only, one that has ended is refreshed first. What comes of
 * that is kept before it is used: the next try must find the refresh token that is in force.
 */
async function withLiveToken(
  deps: DisconnectDeps,
  provider: Provider,
  tombstone: Connection,
): Promise<{ tombstone: Connection; tokens: Tokens }> {
  const tokens = await openJson<Tokens>(deps.vault, 'tokens', tombstone, tombstone.tokens!);
  const now = epochSeconds(deps.ports);
  const ended = tombstone.expiresAt !== undefined && tombstone.expiresAt <= now;
  const renews = provider.revocationRequest.refreshFirst && ended;
  if (!renews || !isRenewable(deps, provider, tombstone, tokens)) return { tombstone, tokens };
  const seal = await prepareJson(deps.vault, deps.ports, 'tokens', tombstone);
  const answer = await withProvider(
    deps,
    provider,
    (context) => renewTokens(context, tokens),
    tombstone,
  );
  const fresh: Tokens = {
    ...tokens,
    accessToken: answer.accessToken.reveal(),
    tokenType: answer.tokenType,
    ...(answer.refreshToken !== undefined && { refreshToken: answer.refreshToken.reveal() }),
  };
  const changes = {
    tokens: seal(fresh),
    expiresAt: answer.expiresIn === undefined ? undefined : now + answer.expiresIn,
    updatedAt: now,
    dueAt: tryAgainAt(now, 1),
  };
  try {
    return { tombstone: await deps.connections.change(tombstone, changes), tokens: fresh };
  } catch (error) {
    // A reconnect has tokens of its own.
    if (!(error instanceof VersionConflict)) await deps.spool.put(pairFor(tombstone, changes));
    throw error;
  }
}
