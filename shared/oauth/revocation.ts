import type { Tokens } from '../connections/connection.ts';
import { ProviderRejected } from '../errors.ts';
import type { HttpRequest } from '../ports.ts';
import type { ProviderContext } from './client.ts';
import { authenticateClient } from './client-authentication.ts';
import { parseBody, requireAvailable, succeeded } from './token-response.ts';

/**
 * Revokes tokens at the provider (RFC 7009, or the provider's own call). `false` where the provider
 * offers none. Throws `ProviderUnavailable` or `ProviderRejected`.
 */
export async function revokeTokens(context: ProviderContext, tokens: Tokens): Promise<boolean> {
  const { provider, server, ports } = context;
  if (server.revocationUrl === undefined) return false;
  const what = `revocation at ${provider.id}`;
  const response = await ports.http(revocationRequest(context, server.revocationUrl, tokens));
  requireAvailable(what, response);
  // 404 where a provider names the token in the path or body and no longer knows it: it is gone.
  if (response.status >= 300 && response.status !== 404) {
    throw new ProviderRejected(what, 'unexpected_status', response.status);
  }
  const { success } = provider.revocationRequest;
  if (success !== undefined && !succeeded(parseBody(what, response), success)) {
    throw new ProviderRejected(what, 'not_revoked', response.status);
  }
  return true;
}

function revocationRequest(
  { provider, server, client, clientSecret }: ProviderContext,
  url: string,
  tokens: Tokens,
): HttpRequest {
  const {
    method = 'POST',
    format = 'form',
    tokenParameter = 'token',
    token: preferred = 'refresh_token',
    authentication = server.clientAuthentication,
  } = provider.revocationRequest;
  const useRefreshToken = preferred === 'refresh_token' && tokens.refreshToken !== undefined;
  const token = useRefreshToken ? tokens.refreshToken! : tokens.accessToken;
  const proof =
    authentication === 'bearer'
      ? { headers: { authorization: `Bearer ${tokens.accessToken}` }, parameters: {} }
      : authenticateClient(authentication, client.clientId, clientSecret);
  const parameters: Record<string, string> = {
    ...(tokenParameter !== null && { [tokenParameter]: token }),
    ...(tokenParameter === 'token' &&
      format === 'form' && { token_type_hint: useRefreshToken ? 'refresh_token' : 'access_token' }),
    ...proof.parameters,
  };
  return {
    method,
    url: url.replaceAll('{client_id}', encodeURIComponent(client.clientId)),
    headers: {
      'content-type': format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
      ...proof.headers,
      ...provider.headers,
    },
    ...(method !== 'GET' && {
      body:
        format === 'json' ? JSON.stringify(parameters) : new URLSearchParams(parameters).toString(),
    }),
  };
}
