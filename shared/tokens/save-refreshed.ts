import type { Connection, Tokens } from '../connections/connection.ts';
import { VersionConflict } from '../errors.ts';
import { describe } from '../incident.ts';
import { valuesOfTokens } from '../oauth/callback.ts';
import type { TokenAnswer } from '../oauth/token-endpoint.ts';
import type { Provider } from '../providers/provider.ts';
import type { SpooledPair } from '../queues/spooled-pair.ts';
import type { JsonSeal } from '../vault/sealed-json.ts';
import type { TokenDeps } from './deps.ts';
import { dueAt, refreshTokenEnd } from './due.ts';
import { onceMore } from './forced-refreshes.ts';
import { type HeldLease, SPOOL_AFTER_MILLISECONDS } from './lease.ts';
import { changesOf, mergePair, pairFor } from './merge.ts';
import { adopt } from './read-again.ts';
import type { Refreshed } from './refresh.ts';

// The last moment at which a save is begun before the function ends.
const LAST_TRY_MILLISECONDS = 1_000;

/**
 * Saves the pair that the provider has just issued, under the lease and over the version that was
 * read. A rotated refresh token exists nowhere else: where the table cannot be written in time the
 * pair goes to the spool, and where that fails too both are tried until the function's last second.
 */
export async function saveRefreshed(
  deps: TokenDeps,
  provider: Provider,
  connection: Connection,
  before: Tokens,
  answer: TokenAnswer,
  held: HeldLease & { seal: JsonSeal },
): Promise<Refreshed> {
  const { ports } = deps;
  const refreshToken = answer.refreshToken?.reveal() ?? before.refreshToken;
  const tokens: Tokens = {
    accessToken: answer.accessToken.reveal(),
    tokenType: answer.tokenType,
    // Many providers leave it out: the old one stays in force (RFC 6749 section 6).
    ...(refreshToken !== undefined && { refreshToken }),
    ...(before.subject !== undefined && { subject: before.subject }),
    ...(before.redirectUri !== undefined && { redirectUri: before.redirectUri }),
  };
  const pair = pairFor(connection, {
    tokens: held.seal(tokens),
    // From before the request: the answer may have lain in a process that stood still.
    ...lifeOf(provider, connection, tokens, answer, held.takenAtSeconds),
    ...(answer.scopes !== undefined && { scopes: answer.scopes }),
    ...renewedInstance(deps, provider, connection, answer),
  });
  const spoolAt = held.takenAt + SPOOL_AFTER_MILLISECONDS;
  for (let pause = 50; ; pause *= 2) {
    try {
      return await saveOnce(deps, connection, pair, held, tokens);
    } catch (error) {
      const next = ports.now() + pause;
      if (next > spoolAt && (await spooled(deps, pair))) {
        return { kind: 'refreshed', connection: { ...connection, ...changesOf(pair) }, tokens };
      }
      if (next > held.endsAt - LAST_TRY_MILLISECONDS) throw error;
      ports.log.warn('save of a refreshed connection is tried again', {
        provider: provider.id,
        cause: describe(error),
      });
      await ports.sleep(pause * (0.5 + ports.random(1)[0]! / 255));
    }
  }
}

/** When the tokens of an answer end, and what has to be done before. */
function lifeOf(
  provider: Provider,
  connection: Connection,
  tokens: Tokens,
  answer: TokenAnswer,
  now: number,
): Pick<SpooledPair, 'expiresAt' | 'refreshTokenExpiresAt' | 'updatedAt' | 'dueAt'> {
  const life = {
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

async function saveOnce(
  deps: TokenDeps,
  connection: Connection,
  pair: SpooledPair,
  { holder, forced }: HeldLease,
  tokens: Tokens,
): Promise<Refreshed> {
  const changes = { ...changesOf(pair), ...(forced && onceMore(deps, connection)) };
  try {
    const saved = await deps.connections.change(connection, changes, holder);
    return { kind: 'refreshed', connection: saved, tokens };
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error;
  }
  await mergePair(deps, pair);
  return adopt(deps, connection);
}

/** Whether the pair is in the spool. */
async function spooled({ spool, ports }: TokenDeps, pair: SpooledPair): Promise<boolean> {
  const { provider } = pair;
  try {
    await spool.put(pair);
    ports.log.warn('a refreshed pair was spooled', { provider });
    return true;
  } catch (error) {
    ports.log.error('a refreshed pair was not spooled', { provider, cause: describe(error) });
    return false;
  }
}
