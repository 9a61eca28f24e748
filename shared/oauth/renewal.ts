import type { Tokens } from '../connections/connection.ts';
import { Secret } from '../secret.ts';
import type { ProviderContext } from './client.ts';
import { refreshTokens, type TokenAnswer } from './token-endpoint.ts';
import { exchangeToken, isExchanged } from './token-exchange.ts';

/** Fresh tokens for stored ones: by their refresh token or, where there is none, by the access token itself. */
export function renewTokens(context: ProviderContext, tokens: Tokens): Promise<TokenAnswer> {
  return isExchanged(context.provider, tokens)
    ? exchangeToken(context, context.provider.refreshExchange!, new Secret(tokens.accessToken))
    : refreshTokens(context, new Secret(tokens.refreshToken!), tokens.redirectUri);
}
