import type { Tokens } from '../connections/connection.ts';
import { ProviderRejected } from '../errors.ts';
import type { HttpRequest, HttpResponse } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';
import { type ProviderContext, providerHeaders } from './client.ts';
import { authenticateClient } from './client-authentication.ts';
import { placeToken } from './token-place.ts';
import { errorCode, parseBody, rejection, requireAvailable, succeeded } from './token-response.ts';

type TokenKind = 'refresh_token' | 'access_token';

/**
 * Revokes tokens at the provider (RFC 7009, or the provider's own call). `false` where the provider
 * offers none. Throws `ProviderUnavailable` or `ProviderRejected`.
 */
export async function revokeTokens(context: ProviderContext, tokens: Tokens): Promise<boolean> {
  const { provider, server, ports } = context;
  if (server.revocationUrl === undefined) return false;
  for (const kind of kindsToRevoke(provider, tokens)) {
    const request = revocationRequest(context, server.revocationUrl, tokens, kind);
    requireRevoked(provider, await ports.http(request));
  }
  return true;
}

function kindsToRevoke(provider: Provider, tokens: Tokens): TokenKind[] {
  const { token = 'refresh_token' } = provider.revocationRequest;
  if (tokens.refreshToken === undefined) return ['access_token'];
  // The refresh token first: if the second call fails, what is left has an end.
  return token === 'each' ? ['refresh_token', 'access_token'] : [token];
}

function requireRevoked(provider: Provider, response: HttpResponse): void {
  const what = `revocation at ${provider.id}`;
  requireAvailable(what, response);
  const { success, alreadyRevoked = [] } = provider.revocationRequest;
  // 404 where a provider names the token in the path or body and no longer knows it: it is gone.
  if (response.status === 404 || alreadyRevoked.includes(response.status)) return;
  if (response.status < 300 && success === undefined) return;
  const body = bodyOf(what, response);
  if (response.status < 300 && succeeded(body, success)) return;
  if (alreadyRevoked.includes(errorCode(provider, body))) return;
  throw rejection(provider, what, body, response);
}

function bodyOf(what: string, response: HttpResponse): Record<string, unknown> {
  try {
    return parseBody(what, response);
  } catch {
    throw new ProviderRejected(what, 'unexpected_status', response.status);
  }
}

function revocationRequest(
  context: ProviderContext,
  url: string,
  tokens: Tokens,
  kind: TokenKind,
): HttpRequest {
  const { provider, server, client, clientSecret } = context;
  const {
    method = 'POST',
    format = 'form',
    tokenParameter: named = 'token',
    hint = true,
    authentication = server.clientAuthentication,
  } = provider.revocationRequest;
  const tokenParameter = typeof named === 'object' && named !== null ? named[kind] : named;
  const token = kind === 'refresh_token' ? tokens.refreshToken! : tokens.accessToken;
  const proof =
    authentication === null
      ? { headers: {}, parameters: {} }
      : authentication === 'bearer'
        ? placeToken(provider, tokenParameter === null ? token : tokens.accessToken)
        : authenticateClient(
            authentication,
            client.clientId,
            clientSecret,
            provider.clientIdParameter,
          );
  const hinted = hint && tokenParameter === 'token' && format === 'form' && authentication !== null;
  const parameters: Record<string, string> = {
    ...(tokenParameter !== null && { [tokenParameter]: token }),
    ...(hinted && { token_type_hint: kind }),
    ...proof.parameters,
  };
  const target = url.replaceAll('{client_id}', encodeURIComponent(client.clientId));
  const headers = { ...proof.headers, ...providerHeaders(context) };
  // A content type of nothing is refused in places.
  if (Object.keys(parameters).length === 0) return { method, url: target, headers };
  if (method === 'GET' || format === 'query')
    return { method, url: withQuery(target, parameters), headers };
  return {
    method,
    url: target,
    headers: {
      'content-type': format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
      ...headers,
    },
    body:
      format === 'json' ? JSON.stringify(parameters) : new URLSearchParams(parameters).toString(),
  };
}

function withQuery(target: string, parameters: Record<string, string>): string {
  const url = new URL(target);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
