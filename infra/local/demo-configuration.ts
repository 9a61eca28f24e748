import { randomBytes } from 'node:crypto';
import type { ProviderContext } from 'oidc-provider';
import type { DemoKeys } from './demo-keys.ts';
import { problemPage } from './demo-page.ts';
import { interactionUrl, sendPage } from './demo-sign-in.ts';
import type { DemoAdapter } from './demo-storage.ts';

const DAY = 24 * 60 * 60;

export interface DemoClient {
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  /** How the client proves itself at the token endpoint; `client_secret_basic` by default. */
  clientAuthentication?: string;
}

export interface DemoBehaviour {
  /** 3600 by default. */
  accessTokenTtlSeconds?: number;
  /** 180 days by default. */
  refreshTokenTtlSeconds?: number;
  /** Whether each refresh replaces the refresh token, and a used one ends the grant; on by default. */
  rotateRefreshTokens?: boolean;
}

/** Every function that oidc-provider has a noisy default for is given here, so it prints nothing. */
export function demoConfiguration(
  clients: DemoClient[],
  behaviour: DemoBehaviour,
  { jwks, cookieKeys }: DemoKeys,
  adapter: (model: string) => DemoAdapter,
) {
  const people = adapter('Person');
  return {
    adapter: (model: string) => adapter(model),
    clients: clients.map(clientMetadata),
    jwks,
    cookies: { keys: cookieKeys },
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    responseTypes: ['code'],
    pkce: { required: () => true },
    rotateRefreshToken: behaviour.rotateRefreshTokens ?? true,
    issueRefreshToken: (_: unknown, client: GrantChecker) =>
      client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    loadExistingGrant: grantAll,
    findAccount: async (_: unknown, accountId: string) => ({
      accountId,
      claims: async () => ({
        sub: accountId,
        name: (await people.find(accountId))?.['name'] ?? accountId,
        email: `${accountId.replaceAll(/[^a-z0-9.-]+/g, '.')}@example.com`,
        email_verified: true,
      }),
    }),
    interactions: { url: interactionUrl },
    clientBasedCORS: () => false,
    renderError,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: true },
      revocation: { enabled: true, allowedPolicy: ownToken },
      introspection: { enabled: true, allowedPolicy: ownToken },
    },
    ttl: {
      AccessToken: behaviour.accessTokenTtlSeconds ?? 60 * 60,
      AuthorizationCode: 60,
      Grant: 10 * 365 * DAY,
      IdToken: 60 * 60,
      Interaction: 60 * 60,
      RefreshToken: behaviour.refreshTokenTtlSeconds ?? 180 * DAY,
      Session: 60 * 60,
    },
  };
}

interface GrantChecker {
  grantTypeAllowed(type: string): boolean;
}

function clientMetadata(client: DemoClient) {
  const clientAuthentication = client.clientAuthentication ?? 'client_secret_basic';
  return {
    client_id: client.clientId,
    ...(clientAuthentication !== 'none' && { client_secret: client.clientSecret }),
    redirect_uris: client.redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: clientAuthentication,
  };
}

// The page has asked; each authorization gets a grant of its own, as on a fresh consent.
async function grantAll({ oidc }: ProviderContext) {
  const { Grant } = oidc.provider;
  const grant = new Grant({
    accountId: oidc.session.accountId,
    clientId: oidc.client.clientId,
    jti: randomBytes(24).toString('base64url'),
  });
  grant.addOIDCScope([...oidc.requestParamOIDCScopes].join(' '));
  grant.addOIDCClaims([...oidc.requestParamClaims]);
  await grant.save();
  return grant;
}

const ownToken = async (_: unknown, client: { clientId: string }, token: { clientId: string }) =>
  client.clientId === token.clientId;

async function renderError(context: ProviderContext, out: Record<string, string>): Promise<void> {
  const details = [out['error'], out['error_description']].filter((text) => text !== undefined);
  sendPage(context, context.status, problemPage('This request cannot be served', details));
}
