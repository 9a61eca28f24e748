import { epochSeconds } from '../clock.ts';
import type { Connection, ConnectionKey, Profile, Tokens } from '../connections/connection.ts';
import type { Captured } from '../connections/connection-table.ts';
import { PENDING_SECONDS } from '../connections/pending.ts';
import { VersionConflict } from '../errors.ts';
import type { ProviderContext } from '../oauth/client.ts';
import type { TokenAnswer } from '../oauth/token-endpoint.ts';
import { isExchanged } from '../oauth/token-exchange.ts';
import type { Provider } from '../providers/provider.ts';
import { redirectUri } from '../routes.ts';
import { dueAt, refreshTokenEnd } from '../tokens/due.ts';
import { openJson, sealJson } from '../vault/sealed-json.ts';
import type { FinishDeps } from './deps.ts';
import { hashOf, newSecret } from './session-secrets.ts';

const TRIES = 3;
// Reconnects while one pair is on its way.
const KEPT_FROM_AT_MOST = 8;

/** What a provider granted, and to whom. */
export interface Granted {
  answer: TokenAnswer;
  profile: Profile;
  scopes: string[];
}

/**
 * Saves or updates the connection of (owner, provider, account): a new generation, whatever was there.
 * Where a reconnect's answer leaves the refresh token out, the stored one is kept.
 */
export async function saveConnection(
  deps: FinishDeps,
  context: ProviderContext,
  key: ConnectionKey,
  granted: Granted,
): Promise<void> {
  const grantId = newGrantId(deps);
  for (let attempt = 1; ; attempt++) {
    const stored = await readStored(deps, context, key, granted);
    const refreshToken = granted.answer.refreshToken?.reveal() ?? stored.refreshToken;
    try {
      await deps.connections.capture(
        key,
        await seal(deps, context, key, granted, { ...stored, grantId, refreshToken }),
        // A kept refresh token must be the newest one: a refresh in between would have replaced it.
        stored.refreshToken === undefined ? undefined : stored.version,
      );
      return;
    } catch (error) {
      // A write whose acknowledgement was lost is found by its own mark, and its tokens are not revoked.
      const current = await deps.connections.get(key, true);
      if (current?.grantId === grantId) return;
      if (!(error instanceof VersionConflict) || attempt === TRIES) throw error;
    }
  }
}

/** Keeps what was granted until a service confirms it; the code to confirm with, which is kept nowhere. */
export async function savePending(
  deps: FinishDeps,
  context: ProviderContext,
  key: ConnectionKey,
  granted: Granted,
): Promise<string> {
  const stored = await readStored(deps, context, key, granted);
  const refreshToken = granted.answer.refreshToken?.reveal();
  const keepsTokens = stored.refreshToken !== undefined;
  const code = newSecret(deps.ports.random);
  const createdAt = epochSeconds(deps.ports);
  await deps.pending.create({
    codeHash: hashOf(code),
    ...key,
    captured: await seal(deps, context, key, granted, {
      grantId: newGrantId(deps),
      refreshToken,
      name: stored.name,
      keepsTokens,
    }),
    ...(keepsTokens && { keepsTokens }),
    createdAt,
    expiresAt: createdAt + PENDING_SECONDS,
  });
  return code;
}

const newGrantId = ({ ports }: FinishDeps) => Buffer.from(ports.random(16)).toString('base64url');

interface Stored {
  version?: number;
  /** Where the answer leaves it out; with its end. */
  refreshToken?: string | undefined;
  refreshTokenExpiresAt?: number | undefined;
  /** See `SealedTokens`. */
  keptFrom?: string[] | undefined;
  /** Some tell a person's name at the first connect only. */
  name?: string | undefined;
}

/** What a reconnect's answer leaves out and the connection that is there has. */
async function readStored(
  deps: FinishDeps,
  { provider, server }: ProviderContext,
  key: ConnectionKey,
  { answer, profile }: Granted,
): Promise<Stored> {
  const lacksRefreshToken = answer.refreshToken === undefined && provider.refresh;
  const lacksName = profile.name === undefined && provider.accountName !== undefined;
  if (!lacksRefreshToken && !lacksName) return {};
  const stored = await deps.connections.get(key, true);
  if (stored === undefined) return {};
  return {
    version: stored.version,
    ...(lacksRefreshToken && (await storedRefreshToken(deps, stored, server.tokenOrigin))),
    ...(lacksName && { name: await storedName(deps, stored) }),
  };
}

async function storedRefreshToken(
  deps: FinishDeps,
  stored: Connection,
  tokenOrigin: string,
): Promise<Pick<Stored, 'refreshToken' | 'refreshTokenExpiresAt' | 'keptFrom'>> {
  const { status, tokens, refreshTokenExpiresAt } = stored;
  if (tokens === undefined || status === 'disconnected') return {};
  if (stored.tokenOrigin !== tokenOrigin) return {};
  const { refreshToken } = await openJson<Tokens>(deps.vault, 'tokens', stored, tokens);
  if (refreshToken === undefined) return {};
  const keptFrom = [...(tokens.keptFrom ?? []), tokens.writeId].slice(-KEPT_FROM_AT_MOST);
  return { refreshToken, refreshTokenExpiresAt, keptFrom };
}

async function storedName(deps: FinishDeps, stored: Connection): Promise<string | undefined> {
  if (stored.profile === undefined) return undefined;
  return (await openJson<Profile>(deps.vault, 'profile', stored, stored.profile)).name;
}

/** Everything of a connection that a connect writes, its tokens and profile sealed. */
async function seal(
  deps: FinishDeps,
  { provider, server, instance }: ProviderContext,
  key: ConnectionKey,
  { answer, profile, scopes }: Granted,
  own: Stored & {
    grantId: string;
    /** Its refresh token stays in the connection that is there. */
    keepsTokens?: boolean;
  },
): Promise<Captured> {
  const { grantId, refreshToken, keptFrom, name, keepsTokens = false } = own;
  const now = epochSeconds(deps.ports);
  const tokens: Tokens = {
    accessToken: answer.accessToken.reveal(),
    tokenType: answer.tokenType,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(answer.idTokenClaims !== undefined && { subject: answer.idTokenClaims.sub }),
    ...(provider.refreshRedirectUri && { redirectUri: redirectUri(deps.baseUrl, provider.id) }),
  };
  const facts = {
    status: 'connected' as const,
    ...(answer.expiresIn !== undefined && { expiresAt: now + answer.expiresIn }),
    ...(refreshToken !== undefined && {
      refreshTokenExpiresAt: refreshTokenEnd(answer, own.refreshTokenExpiresAt, now),
    }),
    ...consentEnd(provider, keepsTokens || lasts(provider, tokens), answer, now),
    connectedAt: now,
    updatedAt: now,
  };
  return {
    grantId,
    ...facts,
    scopes,
    tokens: {
      ...(await sealJson(deps.vault, deps.ports, 'tokens', key, tokens)),
      ...(keptFrom !== undefined && { keptFrom }),
    },
    profile: await sealJson(deps.vault, deps.ports, 'profile', key, {
      ...(name !== undefined && { name }),
      ...profile,
    }),
    ...(Object.keys(instance).length > 0 && { instance }),
    tokenOrigin: server.tokenOrigin,
    dueAt: dueAt(provider, facts, tokens, now),
  };
}

const lasts = (provider: Provider, tokens: Tokens) =>
  tokens.refreshToken !== undefined || isExchanged(provider, tokens);

/** A consent that does not last ends with its access token. */
function consentEnd(
  provider: Provider,
  isLasting: boolean,
  { expiresIn }: TokenAnswer,
  now: number,
): { consentEndsAt?: number } {
  const lifetime = isLasting ? provider.consentLifetime : expiresIn;
  return lifetime === undefined ? {} : { consentEndsAt: now + lifetime };
}
