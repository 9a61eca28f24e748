import type { Tokens } from '../connections/connection.ts';
import { InvalidProviderResponse, ProviderRejected } from '../errors.ts';
import { Secret } from '../secret.ts';
import type { ProviderContext } from './client.ts';
import { refreshTokens, type TokenAnswer } from './token-endpoint.ts';
import { exchangeToken, isExchanged } from './token-exchange.ts';

/** Fresh tokens for stored ones: by their refresh token or, where there is none, by the access token itself. */
export async function renewTokens(context: ProviderContext, tokens: Tokens): Promise<TokenAnswer> {
  const { provider } = context;
  if (isExchanged(provider, tokens)) {
    return exchangeToken(context, provider.refreshExchange!, new Secret(tokens.accessToken));
  }
  const answer = await refreshTokens(context, new Secret(tokens.refreshToken!), tokens.redirectUri);
  // OpenID Connect Core section 12.2: whoever it is must be who consented.
  const subject = answer.idTokenClaims?.sub;
  if (subject !== undefined && tokens.subject !== undefined && subject !== tokens.subject) {
    throw new InvalidProviderResponse(
      `refresh at ${provider.id}: the ID token's "sub" is another than at the connect`,
    );
  }
  return answer;
}

/** RFC 6749 section 5.2, and what OpenID Providers say when the person must come again. */
const GRANT_ENDED = ['invalid_grant', 'interaction_required', 'login_required', 'consent_required'];

/** Whether an error says that the provider has ended the grant. */
export function isGrantEnded(error: unknown): error is ProviderRejected {
  return error instanceof ProviderRejected && GRANT_ENDED.includes(error.error);
}
