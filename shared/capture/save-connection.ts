import { epochSeconds } from '../clock.ts';
import {
  type Connection,
  type ConnectionKey,
  NEVER,
  type Profile,
  type Tokens,
} from '../connections/connection.ts';
import { VersionConflict } from '../errors.ts';
import type { ProviderContext } from '../oauth/client.ts';
import type { TokenAnswer } from '../oauth/token-endpoint.ts';
import { openJson, sealJson } from '../vault/sealed-json.ts';
import type { FinishDeps } from './deps.ts';

const TRIES = 3;

/**
 * Saves or updates the connection of (owner, provider, account): a new generation, whatever was there.
 * Where a reconnect's answer leaves the refresh token out, the stored one is kept.
 */
export async function saveConnection(
  deps: FinishDeps,
  { provider, server }: ProviderContext,
  key: ConnectionKey,
  granted: { answer: TokenAnswer; profile: Profile; scopes: string[] },
): Promise<void> {
  const { answer, profile, scopes } = granted;
  const now = epochSeconds(deps.ports);
  const sealedProfile = await sealJson(deps.vault, deps.ports, 'profile', key, profile);
  for (let attempt = 1; ; attempt++) {
    const stored =
      answer.refreshToken === undefined && provider.refresh
        ? await deps.connections.get(key, true)
        : undefined;
    const tokens: Tokens = {
      accessToken: answer.accessToken.reveal(),
      tokenType: answer.tokenType,
      ...(await refreshTokenOf(deps, answer, stored, server.tokenOrigin)),
    };
    try {
      await deps.connections.capture(
        key,
        {
          grantId: Buffer.from(deps.ports.random(16)).toString('base64url'),
          status: 'connected',
          scopes,
          tokens: await sealJson(deps.vault, deps.ports, 'tokens', key, tokens),
          profile: sealedProfile,
          ...(answer.expiresIn !== undefined && { expiresAt: now + answer.expiresIn }),
          ...(provider.consentLifetime !== undefined && {
            consentEndsAt: now + provider.consentLifetime,
          }),
          tokenOrigin: server.tokenOrigin,
          connectedAt: now,
          updatedAt: now,
          dueAt: NEVER,
        },
        // A kept refresh token must be the newest one: a refresh in between would have replaced it.
        tokens.refreshToken !== undefined ? stored?.version : undefined,
      );
      return;
    } catch (error) {
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
