import { epochSeconds } from '../clock.ts';
import type { Connection, ConnectionKey, Profile, Tokens } from '../connections/connection.ts';
import { VersionConflict } from '../errors.ts';
import type { ProviderContext } from '../oauth/client.ts';
import type { TokenAnswer } from '../oauth/token-endpoint.ts';
import { isExchanged } from '../oauth/token-exchange.ts';
import { redirectUri } from '../routes.ts';
import { dueAt, refreshTokenEnd } from '../tokens/due.ts';
import { openJson, sealJson } from '../vault/sealed-json.ts';
import type { FinishDeps } from './deps.ts';

const TRIES = 3;

/**
 * Saves or updates the connection of (owner, provider, account): a new generation, whatever was there.
 * Where a reconnect's answer leaves the refresh token out, the stored one is kept.
 */
export async function saveConnection(
  deps: FinishDeps,
  { provider, server, instance }: ProviderContext,
  key: ConnectionKey,
  granted: { answer: TokenAnswer; profile: Profile; scopes: string[] },
): Promise<void> {
  const { answer, profile, scopes } = granted;
  const now = epochSeconds(deps.ports);
  const keepsRefreshToken = answer.refreshToken === undefined && provider.refresh;
  // Some tell a person's name at the first connect only.
  const keepsName = profile.name === undefined && provider.accountName !== undefined;
  const grantId = Buffer.from(deps.ports.random(16)).toString('base64url');
  for (let attempt = 1; ; attempt++) {
    const stored =
      keepsRefreshToken || keepsName ? await deps.connections.get(key, true) : undefined;
    const storedProfile =
      keepsName && stored?.profile !== undefined
        ? await openJson<Profile>(deps.vault, 'profile', key, stored.profile)
        : undefined;
    const tokens: Tokens = {
      accessToken: answer.accessToken.reveal(),
      tokenType: answer.tokenType,
      ...(await refreshTokenOf(
        deps,
        answer,
        keepsRefreshToken ? stored : undefined,
        server.tokenOrigin,
      )),
      ...(provider.refreshRedirectUri && { redirectUri: redirectUri(deps.baseUrl, provider.id) }),
    };
    const facts = {
      status: 'connected' as const,
      ...(answer.expiresIn !== undefined && { expiresAt: now + answer.expiresIn }),
      ...(tokens.refreshToken !== undefined && {
        refreshTokenExpiresAt:
          answer.refreshToken === undefined
            ? stored?.refreshTokenExpiresAt
            : refreshTokenEnd(answer, undefined, now),
      }),
      ...consentEnd(provider, tokens, answer, now),
      connectedAt: now,
      updatedAt: now,
    };
    try {
      await deps.connections.capture(
        key,
        {
          grantId,
          ...facts,
          scopes,
          tokens: await sealJson(deps.vault, deps.ports, 'tokens', key, tokens),
          profile: await sealJson(deps.vault, deps.ports, 'profile', key, {
            ...(storedProfile?.name !== undefined && { name: storedProfile.name }),
            ...profile,
          }),
          ...(Object.keys(instance).length > 0 && { instance }),
          tokenOrigin: server.tokenOrigin,
          dueAt: dueAt(provider, facts, tokens, now),
        },
        // A kept refresh token must be the newest one: a refresh in between would have replaced it.
        keepsRefreshToken && tokens.refreshToken !== undefined ? stored?.version : undefined,
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

async function refreshTokenOf(
  deps: FinishDeps,
  answer: TokenAnswer,
  stored: Connection | undefined,
  tokenOrigin: string,
): Promise<Pick<Tokens, 'refreshToken'>> {
  if (answer.refreshToken !== undefined) return { refreshToken: answer.refreshToken.reveal() };
  if (stored?.tokens === undefined) return {};
  if (stored.status === 'disconnected' || stored.tokenOrigin !== tokenOrigin) return {};
  const { refreshToken } = await openJson<Tokens>(deps.vault, 'tokens', stored, stored.tokens);
  return refreshToken === undefined ? {} : { refreshToken };
}

/** Without a refresh token a consent ends with its access token. */
function consentEnd(
  provider: ProviderContext['provider'],
  tokens: Tokens,
  { expiresIn }: TokenAnswer,
  now: number,
): { consentEndsAt?: number } {
  const lasts = tokens.refreshToken !== undefined || isExchanged(provider, tokens);
  const lifetime = lasts ? provider.consentLifetime : expiresIn;
  return lifetime === undefined ? {} : { consentEndsAt: now + lifetime };
}
