import { createHash } from 'node:crypto';
import type { Parameters, Provider } from '../providers/provider.ts';
import type { Server } from './server.ts';

export interface AuthorizationParameters {
  clientId: string;
  redirectUri: string;
  scopes: string[];
  state: string;
  codeVerifier: string;
  nonce: string;
}

/** The URL of the provider's authorization endpoint for one request (RFC 6749 section 4.1.1, RFC 7636). */
export function authorizationRequestUrl(
  provider: Provider,
  server: Server,
  request: AuthorizationParameters,
): URL {
  const url = new URL(server.authorizationUrl);
  const parameters: Parameters = {
    response_type: 'code',
    ...provider.authorizationParameters,
    [provider.clientIdParameter]: request.clientId,
    redirect_uri: request.redirectUri,
    state: request.state,
    ...(request.scopes.length > 0 && {
      [provider.scopeParameter]: request.scopes.join(provider.scopeSeparator),
    }),
    ...(provider.pkce !== false && {
      code_challenge: codeChallenge(provider.pkce, request.codeVerifier),
      code_challenge_method: provider.pkce,
    }),
    ...(provider.idToken === 'required' && { nonce: request.nonce }),
    ...(provider.responseMode !== undefined && { response_mode: provider.responseMode }),
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) url.searchParams.set(name, value);
  }
  // Some servers (Cognito) do not read a form's "+" as a space.
  url.search = url.search.replaceAll('+', '%20');
  return url;
}

function codeChallenge(method: 'S256' | 'plain', verifier: string): string {
  return method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
}
