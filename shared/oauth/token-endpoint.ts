import * as oauth from 'oauth4webapi';
import { epochSeconds } from '../clock.ts';
import { CaptureError, InvalidProviderResponse, ProviderRejected } from '../errors.ts';
import type { HttpRequest } from '../ports.ts';
import type { Parameters, Provider } from '../providers/provider.ts';
import { Secret } from '../secret.ts';
import { type ProviderContext, providerHeaders } from './client.ts';
import { authenticateClient } from './client-authentication.ts';
import { requireIssuedByNow, verifySignature, withIdTokenIssuer } from './id-token.ts';
import { exchangeToken } from './token-exchange.ts';
import { normaliseTokenResponse, requireAvailable, scopeList } from './token-response.ts';

/** What a token endpoint gave. */
export interface TokenAnswer {
  accessToken: Secret;
  tokenType: string;
  refreshToken: Secret | undefined;
  /**
   * Seconds; where the provider does not say, from the catalog's default, or an hour where there is a
   * refresh token; `undefined`: does not expire.
   */
  expiresIn: number | undefined;
  /** Seconds until the refresh token ends, unless it is used; `undefined`: not known. */
  refreshExpiresIn: number | undefined;
  /** `undefined` where the provider does not say: what was asked for was granted (RFC 6749 section 5.1). */
  scopes: string[] | undefined;
  /** Claims of the ID token, which at a code's exchange is verified to its signature. */
  idTokenClaims: oauth.IDToken | undefined;
  /** The whole body, as the provider gave it, tokens included. */
  body: Secret<Record<string, unknown>>;
}

export interface CodeExchange {
  /** Parameters of the callback, its `state` already found to be ours. */
  callback: URLSearchParams;
  state: string;
  redirectUri: string;
  codeVerifier: string;
  nonce: string;
}

/** The person, or the provider for her, said no: an authorization response with `error`. */
export class AuthorizationDenied extends CaptureError {
  readonly name = 'AuthorizationDenied';
  readonly code = 'denied';
  readonly error: string;

  constructor(error: string) {
    super(`the provider answered the authorization request with ${error}`);
    this.error = error;
  }
}

/**
 * Exchanges a code (RFC 6749 section 4.1.3). Checks `iss` (RFC 9207) and errors of the callback first,
 * then the ID token where the provider gives one, its signature included.
 */
export async function exchangeCode(
  context: ProviderContext,
  exchange: CodeExchange,
): Promise<TokenAnswer> {
  const { provider, server } = context;
  const client = { client_id: context.client.clientId };
  const callback = withoutUnknownIss(context, exchange.callback);
  requireKnownHost(context, callback);
  const what = `authorization code of ${provider.id}`;
  return translated(what, async () => {
    const parameters = oauth.validateAuthResponse(
      server.metadata,
      client,
      callback,
      exchange.state,
    );
    const sent = tokenFetch(context, server.tokenUrl, 'authorization_code');
    const response = await oauth.authorizationCodeGrantRequest(
      server.metadata,
      client,
      clientAuthentication(context),
      parameters,
      exchange.redirectUri,
      provider.pkce === false ? oauth.nopkce : exchange.codeVerifier,
      { ...sent.options, additionalParameters: toSend(provider.tokenParameters) },
    );
    const verified = provider.idToken !== 'ignored';
    const metadata = await withIdTokenIssuer(context, response);
    const token = await oauth.processAuthorizationCodeResponse(metadata, client, response, {
      requireIdToken: verified,
      ...(provider.idToken === 'required' && { expectedNonce: exchange.nonce }),
    });
    if (verified) await verifySignature(what, metadata, response, sent.options);
    const answer = tokenAnswer(context, token, sent.body());
    const granted = {
      ...answer,
      scopes: answer.scopes ?? scopesOfCallback(provider, exchange.callback),
    };
    return provider.exchange === undefined
      ? granted
      : longerLived(granted, await exchangeToken(context, provider.exchange, answer.accessToken));
  });
}

/** The token that lives longer, with what only the first answer said. */
function longerLived(first: TokenAnswer, longer: TokenAnswer): TokenAnswer {
  return {
    ...longer,
    scopes: longer.scopes ?? first.scopes,
    idTokenClaims: first.idTokenClaims,
    body: new Secret({ ...first.body.reveal(), ...longer.body.reveal() }),
  };
}

function scopesOfCallback(provider: Provider, callback: URLSearchParams): string[] | undefined {
  const told = callback.get(provider.grantedScopesParameter ?? '');
  return told === null ? undefined : scopeList(provider, told);
}

/** Trades a refresh token (RFC 6749 section 6). */
export async function refreshTokens(
  context: ProviderContext,
  refreshToken: Secret,
  redirectUri?: string,
): Promise<TokenAnswer> {
  const { provider, server } = context;
  const client = { client_id: context.client.clientId };
  return translated(`refresh at ${provider.id}`, async () => {
    const sent = tokenFetch(context, provider.refreshUrl ?? server.tokenUrl, 'refresh_token');
    const response = await oauth.refreshTokenGrantRequest(
      server.metadata,
      client,
      clientAuthentication(context),
      refreshToken.reveal(),
      {
        ...sent.options,
        additionalParameters: {
          ...toSend(provider.refreshParameters),
          ...(provider.refreshRedirectUri &&
            redirectUri !== undefined && { redirect_uri: redirectUri }),
        },
      },
    );
    // OpenID Connect Core section 12.2. Its signature is not verified (section 3.1.3.7, 6: it comes
    // over TLS from the issuer itself): keys that cannot be had must not cost a rotated pair.
    const metadata = await withIdTokenIssuer(context, response);
    const token = await oauth.processRefreshTokenResponse(metadata, client, response);
    return tokenAnswer(context, token, sent.body(), true);
  });
}

const toSend = (parameters: Parameters) =>
  Object.fromEntries(
    Object.entries(parameters).filter((each): each is [string, string] => each[1] !== null),
  );

/** Where the callback is a refusal, the host that it did not tell is not needed. */
function requireKnownHost({ provider, server }: ProviderContext, callback: URLSearchParams): void {
  if (server.tokenOrigin !== '' || callback.has('error')) return;
  throw new InvalidProviderResponse(
    `token endpoint of ${provider.id}: a value in its address is not known`,
  );
}

/** An `iss` of a server whose issuer nobody told us proves nothing. */
function withoutUnknownIss(context: ProviderContext, callback: URLSearchParams): URLSearchParams {
  const { issuer, idTokenIssuer } = context.provider;
  if (issuer !== undefined && idTokenIssuer === undefined) return callback;
  const rest = new URLSearchParams(callback);
  rest.delete('iss');
  return rest;
}

function clientAuthentication(context: ProviderContext): oauth.ClientAuth {
  return (_server, client, body, headers) => {
    const proof = authenticateClient(
      context.server.clientAuthentication,
      client.client_id,
      context.clientSecret,
      context.provider.clientIdParameter,
    );
    for (const [name, value] of Object.entries(proof.headers)) headers.set(name, value);
    for (const [name, value] of Object.entries(proof.parameters)) body.set(name, value);
  };
}

/** The library's requests through our HTTP client; the token endpoint's answer is normalised on its way back. */
function tokenFetch(
  context: ProviderContext,
  tokenUrl: string,
  grant: 'authorization_code' | 'refresh_token',
) {
  const { provider, server, ports } = context;
  let body: Record<string, unknown> = {};
  const send = async (
    url: string,
    init: { method: string; headers: Record<string, string>; body?: unknown },
  ): Promise<Response> => {
    if (url !== URL.parse(server.tokenUrl)?.href) {
      const found = await ports.http({ method: 'GET', url, headers: init.headers });
      requireAvailable(`keys of ${provider.id}`, found);
      return new Response(found.body, { status: found.status, headers: jsonHeaders });
    }
    const form = init.body as URLSearchParams;
    const own = grant === 'refresh_token' ? provider.refreshParameters : provider.tokenParameters;
    for (const [name, value] of Object.entries(own)) if (value === null) form.delete(name);
    const answer = await ports.http(
      tokenRequest(provider.tokenRequestFormat, {
        method: 'POST',
        url: tokenUrl,
        headers: { ...init.headers, ...providerHeaders(context) },
        body: form.toString(),
      }),
    );
    const normalised = normaliseTokenResponse(provider, answer, grant);
    body = normalised.body;
    return new Response(JSON.stringify(normalised.token), { headers: jsonHeaders });
  };
  return {
    // Plain http was already refused, but for loopback where that is allowed: our client decides it.
    options: { [oauth.customFetch]: send, [oauth.allowInsecureRequests]: true } as const,
    body: () => body,
  };
}

const jsonHeaders = { 'content-type': 'application/json' };

function tokenRequest(format: 'form' | 'json', request: HttpRequest): HttpRequest {
  if (format === 'form') return request;
  return {
    ...request,
    headers: { ...request.headers, 'content-type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(new URLSearchParams(request.body))),
  };
}

// What can be refreshed does end; an hour is what most give.
const UNTOLD_SECONDS = 3_600;

function tokenAnswer(
  { provider, ports }: ProviderContext,
  token: oauth.TokenEndpointResponse,
  body: Record<string, unknown>,
  isRefresh = false,
): TokenAnswer {
  const refreshes = isRefresh || token.refresh_token !== undefined;
  const idTokenClaims = oauth.getValidatedIdTokenClaims(token);
  requireIssuedByNow(`ID token of ${provider.id}`, idTokenClaims, epochSeconds(ports));
  return {
    accessToken: new Secret(token.access_token),
    tokenType: token.token_type,
    refreshToken: token.refresh_token === undefined ? undefined : new Secret(token.refresh_token),
    expiresIn:
      token.expires_in ?? provider.accessTokenLifetime ?? (refreshes ? UNTOLD_SECONDS : undefined),
    refreshExpiresIn:
      (token['refresh_token_expires_in'] as number | undefined) ??
      knownLifetime(provider, token.refresh_token !== undefined),
    scopes: token.scope?.split(' ').filter(Boolean),
    idTokenClaims,
    body: new Secret(body),
  };
}

/** The sooner of the ends that a refresh token has, used or not; the fixed one begins with a new token. */
function knownLifetime(provider: Provider, isNew: boolean): number | undefined {
  const { refreshTokenIdleLifetime: idle } = provider;
  const fixed = isNew ? provider.refreshTokenLifetime : undefined;
  return idle === undefined || fixed === undefined ? (idle ?? fixed) : Math.min(idle, fixed);
}

/**
 * Errors in our taxonomy. The library's errors carry the response, tokens included, in their `cause`,
 * so nothing of them is kept but the message and the code.
 */
async function translated<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CaptureError) throw error;
    if (error instanceof oauth.AuthorizationResponseError) {
      throw new AuthorizationDenied(/^[\w.-]{1,80}$/.test(error.error) ? error.error : 'error');
    }
    if (error instanceof oauth.ResponseBodyError) {
      throw new ProviderRejected(what, error.error, error.status);
    }
    if (
      error instanceof oauth.OperationProcessingError ||
      error instanceof oauth.UnsupportedOperationError
    ) {
      throw new InvalidProviderResponse(`${what}: ${error.message}`);
    }
    throw error;
  }
}
