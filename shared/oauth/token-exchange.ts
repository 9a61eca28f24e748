import type { Tokens } from '../connections/connection.ts';
import { InvalidProviderResponse } from '../errors.ts';
import type { HttpRequest } from '../ports.ts';
import type { Provider, TokenExchange } from '../providers/provider.ts';
import { Secret } from '../secret.ts';
import { type ProviderContext, providerHeaders } from './client.ts';
import type { TokenAnswer } from './token-endpoint.ts';
import { normaliseTokenResponse } from './token-response.ts';

/** Exchanges an access token for one that lives longer, where a provider has this instead of a refresh. */
export async function exchangeToken(
  context: ProviderContext,
  exchange: TokenExchange,
  accessToken: Secret,
): Promise<TokenAnswer> {
  const { provider, ports } = context;
  const response = await ports.http(exchangeRequest(context, exchange, accessToken));
  const { token, body } = normaliseTokenResponse(provider, response, 'exchange');
  const { access_token, token_type, expires_in, scope } = token;
  if (typeof access_token !== 'string' || access_token === '') {
    throw new InvalidProviderResponse(`token exchange of ${provider.id}: expected an access_token`);
  }
  return {
    accessToken: new Secret(access_token),
    tokenType: token_type as string,
    refreshToken: undefined,
    expiresIn: (expires_in as number | undefined) ?? provider.accessTokenLifetime,
    refreshExpiresIn: undefined,
    scopes: (scope as string | undefined)?.split(' ').filter(Boolean),
    idTokenClaims: undefined,
    body: new Secret(body),
  };
}

function exchangeRequest(
  context: ProviderContext,
  { url, method = 'GET', parameters, tokenParameter, clientId, clientSecret }: TokenExchange,
  accessToken: Secret,
): HttpRequest {
  const { provider, client } = context;
  const all = {
    ...parameters,
    [tokenParameter]: accessToken.reveal(),
    ...(clientId && { [provider.clientIdParameter]: client.clientId }),
    ...(clientSecret && { client_secret: context.clientSecret?.reveal() ?? '' }),
  };
  const headers = providerHeaders(context);
  if (method === 'POST') {
    return {
      method,
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(all).toString(),
    };
  }
  const target = new URL(url);
  for (const [name, value] of Object.entries(all)) target.searchParams.set(name, value);
  return { method, url: target.href, headers };
}

/** Whether tokens live by being exchanged: there is no refresh token, and the provider has this instead. */
export function isExchanged(provider: Provider, tokens: Tokens): boolean {
  return tokens.refreshToken === undefined && provider.refreshExchange !== undefined;
}
