import { epochSeconds } from '../clock.ts';
import { type Connection, NEVER, type Tokens } from '../connections/connection.ts';
import { type ProviderRejected, VersionConflict } from '../errors.ts';
import { describe } from '../incident.ts';
import { valuesOfTokens } from '../oauth/callback.ts';
import { withProvider } from '../oauth/client.ts';
import { revokeTokens } from '../oauth/revocation.ts';
import type { TokenAnswer } from '../oauth/token-endpoint.ts';
import type { Provider } from '../providers/provider.ts';
import { openJson, sealJson } from '../vault/sealed-json.ts';
import type { TokenDeps } from './deps.ts';
import { dueAt, refreshTokenEnd } from './due.ts';
import type { Refreshed } from './refresh.ts';

// The last moment at which a save is begun before the function ends.
const LAST_TRY_MILLISECONDS = 1_000;

/**
 * Saves the pair that the provider has just issued, under the lease and over the version that was
 * read. Tried until the function's last second: a rotated refresh token exists nowhere else.
 */
export async function saveRefreshed(
  deps: TokenDeps,
  provider: Provider,
  connection: Connection,
  before: Tokens,
  answer: TokenAnswer,
  holder: string,
  endsAt: number,
): Promise<Refreshed> {
  const refreshToken = answer.refreshToken?.reveal() ?? before.refreshToken;
  const tokens: Tokens = {
    accessToken: answer.accessToken.reveal(),
    tokenType: answer.tokenType,
    // Many providers leave it out: the old one stays in force (RFC 6749 section 6).
    ...(refreshToken !== undefined && { refreshToken }),
    ...(before.redirectUri !== undefined && { redirectUri: before.redirectUri }),
  };
  const life = lifeOf(provider, connection, tokens, answer, epochSeconds(deps.ports));
  for (let pause = 50; ; pause *= 2) {
    try {
      const sealed = await sealJson(deps.vault, deps.ports, 'tokens', connection, tokens);
      const saved = await saveOnce(deps, provider, connection, sealed, answer, life, holder);
      return saved === undefined
        ? await lost(deps, provider, connection, tokens, sealed, life)
        : { kind: 'refreshed', connection: saved, tokens };
    } catch (error) {
      if (deps.ports.now() + pause > endsAt - LAST_TRY_MILLISECONDS) throw error;
      deps.ports.log.warn('save of a refreshed connection is tried again', {
        provider: provider.id,
        cause: describe(error),
      });
      await deps.ports.sleep(pause * (0.5 + deps.ports.random(1)[0]! / 255));
    }
  }
}

type Life = Pick<
  Connection,
  'status' | 'expiresAt' | 'refreshTokenExpiresAt' | 'updatedAt' | 'dueAt'
>;

/** When the tokens of an answer end, and what has to be done before. */
function lifeOf(
  provider: Provider,
  connection: Connection,
  tokens: Tokens,
  answer: TokenAnswer,
  now: number,
): Life {
  const life = {
    status: 'connected' as const,
    expiresAt: answer.expiresIn === undefined ? undefined : now + answer.expiresIn,
    refreshTokenExpiresAt: refreshTokenEnd(answer, connection.refreshTokenExpiresAt, now),
    updatedAt: now,
  };
  return { ...life, dueAt: dueAt(provider, { ...connection, ...life }, tokens, now) };
}

/** What the provider tells anew; one that cannot be used loses nobody his tokens. */
function renewedInstance(
  { configuration, ports }: TokenDeps,
  provider: Provider,
  { instance }: Connection,
  answer: TokenAnswer,
): Pick<Connection, 'instance'> {
  if (provider.kept === undefined) return {};
  try {
    const { allowLoopbackProviders } = configuration;
    const told = valuesOfTokens(provider, answer.body.reveal(), allowLoopbackProviders);
    return { instance: { ...instance, ...told } };
  } catch (error) {
    ports.log.warn('values of a refreshed connection stay as they were', {
      provider: provider.id,
      cause: describe(error),
    });
    return {};
  }
}

/** `undefined`: another one has written this row since. */
async function saveOnce(
  deps: TokenDeps,
  provider: Provider,
  connection: Connection,
  sealed: NonNullable<Connection['tokens']>,
  answer: TokenAnswer,
  life: Life,
  holder: string,
): Promise<Connection | undefined> {
  try {
    return await deps.connections.change(
      connection,
      {
        ...life,
        tokens: sealed,
        ...(answer.scopes !== undefined && { scopes: answer.scopes }),
        ...renewedInstance(deps, provider, connection, answer),
        failures: undefined,
        retryAt: undefined,
      },
      holder,
    );
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error;
    // A write whose acknowledgement was lost is found by its own mark.
    const current = await deps.connections.get(connection, true);
    return current?.tokens?.writeId === sealed.writeId ? current : undefined;
  }
}

/**
 * The row belongs to another generation or another holder now. What a disconnect came before is
 * revoked; what a reconnect or a newer refresh came before is dropped, and theirs is adopted.
 */
async function lost(
  deps: TokenDeps,
  provider: Provider,
  connection: Connection,
  tokens: Tokens,
  sealed: NonNullable<Connection['tokens']>,
  life: Life,
): Promise<Refreshed> {
  const current = await deps.connections.get(connection, true);
  if (current === undefined || current.status === 'disconnected') {
    await revokeLate(deps, provider, connection, tokens);
    return { kind: 'not_connected' };
  }
  deps.ports.log.warn('a newer write came before a refresh', { provider: provider.id });
  if (current.status === 'needs_reauth')
    return revive(deps, connection, current, tokens, sealed, life);
  if (current.version === connection.version) return { kind: 'unavailable' };
  return {
    kind: 'refreshed',
    connection: current,
    tokens: await openJson<Tokens>(deps.vault, 'tokens', current, current.tokens!),
  };
}

/**
 * Whoever took the lease over has sent the spent refresh token and believes the grant ended. It may
 * have, but this pair is the newest there is: the connection lives or dies with it.
 */
async function revive(
  deps: TokenDeps,
  before: Connection,
  current: Connection,
  tokens: Tokens,
  sealed: NonNullable<Connection['tokens']>,
  life: Life,
): Promise<Refreshed> {
  const same = current.grantId === before.grantId && current.version === before.version + 1;
  if (!same) return { kind: 'needs_reauth' };
  const saved = await deps.connections.change(current, { ...life, tokens: sealed });
  return { kind: 'refreshed', connection: saved, tokens };
}

async function revokeLate(
  deps: TokenDeps,
  provider: Provider,
  connection: Connection,
  tokens: Tokens,
): Promise<void> {
  try {
    await withProvider(deps, provider, (context) => revokeTokens(context, tokens), connection);
  } catch (error) {
    deps.ports.log.warn('tokens refreshed during a disconnect were not revoked', {
      provider: provider.id,
      cause: describe(error),
    });
  }
}

/** The provider has ended the grant: nobody tries this connection again until it is connected anew. */
export async function endGrant(
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
  } catch (conflict) {
    if (!(conflict instanceof VersionConflict)) throw conflict;
    const current = await deps.connections.get(connection, true);
    if (current?.status === 'connected' && current.version !== connection.version) {
      const tokens = await openJson<Tokens>(deps.vault, 'tokens', current, current.tokens!);
      return { kind: 'refreshed', connection: current, tokens };
    }
    if (current === undefined || current.status === 'disconnected')
      return { kind: 'not_connected' };
    if (current.status !== 'needs_reauth') return { kind: 'unavailable' };
  }
  return { kind: 'needs_reauth' };
}
