import type { Secret } from '../secret.ts';

/** How the client proves itself at the token endpoint (IANA "OAuth Token Endpoint Authentication Methods"). */
export type ClientAuthentication =
  | 'client_secret_basic'
  | 'client_secret_post'
  /** The secret is the user of HTTP Basic, with no password, and the client id is not sent. */
  | 'client_secret_as_user'
  | 'none';

/** A JSON member by its path, `a.b.0.c`, and the value that means success. */
export interface SuccessTest {
  path: string;
  equals: string | number | boolean;
}

/** Where a token response departs from RFC 6749 section 5.1. */
export interface TokenResponseShape {
  /** Path of the object that holds the token; of several the first that is there; `''` is the whole body. */
  path?: string | string[];
  /** The same for the answer to a refresh, where that differs. */
  refreshPath?: string | string[];
  /** Where a member of the standard stands in that object, where it is called otherwise. */
  members?: Partial<Record<TokenMember, string>>;
  /** What a successful body says of itself, where the HTTP status does not tell. */
  success?: SuccessTest;
  /** Separates the granted scopes, beside a space, where it is not the request's separator. */
  scopeSeparator?: string;
  /** What stands in front of granted scopes, and not of those that are asked for. */
  scopePrefix?: string;
  /** Granted scopes that come back under another name, by that name. */
  scopeNames?: Record<string, string>;
  /** What the provider's own error codes are called in RFC 6749. */
  errors?: Record<string, TokenErrorCode>;
}

/**
 * Error codes that the engine acts upon (RFC 6749 sections 5.2 and 4.1.2.1): the grant has ended, the
 * client is refused, try later.
 */
export type TokenErrorCode = 'invalid_grant' | 'invalid_client' | 'temporarily_unavailable';

/** A value that differs from connection to connection and stands in the provider's addresses. */
export interface ProviderValue {
  /** What a person is asked for. */
  label: string;
  /** Regular expression for the whole of it. */
  pattern: string;
  example: string;
  /** Shown in the empty field. */
  placeholder?: string;
  /** Stands in the field already, and is taken where a service gives none. */
  default?: string;
}

export type ValueSource = 'callback' | 'token_response';

/** A value that the provider tells and that stays with the connection. */
export interface KeptValue {
  name: string;
  from: ValueSource;
  /** Name of the callback's parameter, or path in the token response. */
  path: string;
  /** It names a host, one of these (`api.example.com`, `*.example.com`), and is kept as its origin. */
  hosts?: string[];
  /** Taken where the provider does not tell. */
  default?: string;
}

export const TOKEN_MEMBERS = [
  'access_token',
  'refresh_token',
  'id_token',
  'expires_in',
  'refresh_token_expires_in',
  'scope',
] as const;

/** A member of a token response that the engine reads (RFC 6749 section 5.1). */
export type TokenMember = (typeof TOKEN_MEMBERS)[number];

/** A request that trades an access token for one that lives longer. */
export interface TokenExchange {
  url: string;
  /** Default: `GET`, with everything in the query; `POST`: in a form. */
  method?: 'GET' | 'POST';
  parameters?: Record<string, string>;
  /** Name of the parameter that holds the access token. */
  tokenParameter: string;
  /** Whether the client's id, and its secret, are sent along. */
  clientId?: boolean;
  clientSecret?: boolean;
}

/** Parameters of a request; `null` leaves out one that is sent by default. */
export type Parameters = Record<string, string | null>;

/** Where a revocation request departs from RFC 7009 section 2.1. */
export interface RevocationRequest {
  method?: 'POST' | 'DELETE' | 'GET';
  /** `query`: the parameters stand in the address, whatever the method. */
  format?: 'form' | 'json' | 'query';
  /** Name of the parameter that holds the token, or one for either kind; `null` when the token is only in the header. */
  tokenParameter?: string | null | { refresh_token: string; access_token: string };
  /** Which token is sent: RFC 7009 prefers the refresh token, which takes its access tokens along. */
  token?: 'refresh_token' | 'access_token' | 'each';
  /** `null`: nothing is sent but the token. */
  authentication?: ClientAuthentication | 'bearer' | null;
  /** `false`: `token_type_hint` is not sent. */
  hint?: boolean;
  /** An access token that has ended is refreshed first, since the provider takes none but a live one. */
  refreshFirst?: boolean;
  success?: SuccessTest;
  /** Error codes, and HTTP statuses, that say that the token was dead already. */
  alreadyRevoked?: (string | number)[];
}

/**
 * Where an access token stands in a request to the provider's API: the scheme of the `Authorization`
 * header, a header of its own, or a parameter (of the query, or of the form that is posted).
 */
export type TokenPlace = string | { header: string } | { parameter: string };

/** What a person reads who registers an application at the provider. */
export interface Registration {
  url: string;
  /** What the provider calls the redirect URI, the client id and the client secret. */
  redirectUriField: string;
  clientIdField: string;
  clientSecretField: string;
  steps?: string[];
}

/** Values of the client's secret beyond id and secret, as stored in Secrets Manager. */
export interface ProviderClient {
  clientId: string;
  clientSecret: Secret | undefined;
  /** Further members of the secret, such as Apple's `team_id`. */
  fields: Record<string, string>;
}

/** The quirks that data cannot say. Each lives in the provider's own file. */
export interface ProviderHooks {
  /** Makes the client secret that is sent, where it is not the stored one. `now`: milliseconds since the epoch. */
  clientSecret?(client: ProviderClient, now: number): Promise<Secret>;
  /** Reads user information where one request and paths do not do. Returns the JSON that `account` and the others look into. */
  userInfo?(context: UserInfoContext): Promise<unknown>;
  /** Whether the provider itself has sent this callback, where it signs them. */
  verifyCallback?(context: CallbackContext): boolean | Promise<boolean>;
}

export interface CallbackContext {
  callback: URLSearchParams;
  client: ProviderClient;
  /** The connection's own values, those of this callback included. */
  instance: Record<string, string>;
}

export interface UserInfoContext {
  /**
   * Sends a request with the access token and the provider's headers, and gives the JSON of the
   * answer, numbers beyond 2^53 as text. Throws where the provider says no or is not there.
   */
  request(url: string, options?: UserInfoRequest): Promise<unknown>;
  accessToken: Secret;
  provider: Provider;
  /** The token response as the provider gave it. */
  tokenResponse: Record<string, unknown>;
  /** Claims of the verified ID token, where there is one. */
  idTokenClaims: Record<string, unknown> | undefined;
  /** Parameters of the callback. */
  callback: URLSearchParams;
  /** The connection's own values. */
  instance: Record<string, string>;
}

export interface UserInfoRequest {
  /** Default: `GET`. */
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
}

/**
 * An OAuth 2.0 authorization server with its user-info endpoint, ready to use: every default is
 * filled in. Entries of the catalog and objects of the configuration are `ProviderEntry`.
 */
export interface Provider {
  id: string;
  name: string;
  /** Issuer identifier (RFC 8414); with no `tokenUrl` the endpoints come from its metadata. */
  issuer?: string;
  authorizationUrl?: string;
  tokenUrl?: string;
  /** Where refresh tokens go, when not to `tokenUrl`. */
  refreshUrl?: string;
  /** What a code brings is exchanged at once for a token that lives longer. */
  exchange?: TokenExchange;
  /** Where there is no refresh token: how an access token, while it is valid, is traded for the next one. */
  refreshExchange?: TokenExchange;
  userInfoUrl?: string;
  revocationUrl?: string;
  jwksUrl?: string;
  /** Values that a connection has of its own, by the name that stands in braces in the URLs. */
  values?: Record<string, ProviderValue>;
  /** Values that the provider tells and that stay with the connection; they may stand in URLs too. */
  kept?: KeptValue[];
  scopes: string[];
  /** Name of the scope parameter in the authorization request. */
  scopeParameter: string;
  scopeSeparator: string;
  /** What a person reads for a scope. */
  scopeDescriptions: Record<string, string>;
  pkce: 'S256' | 'plain' | false;
  /** The provider refuses a request without PKCE. */
  pkceRequired?: boolean;
  /** Whether the authorization response carries `iss` (RFC 9207); absent: taken when sent. */
  issParameter?: boolean;
  /** Absent: what the issuer's metadata names, else `client_secret_basic`. */
  clientAuthentication?: ClientAuthentication;
  /** What the provider calls `client_id`. */
  clientIdParameter: string;
  tokenRequestFormat: 'form' | 'json';
  responseMode?: 'query' | 'form_post';
  /** Further parameters of the three requests; `null` leaves out one that is sent by default. */
  authorizationParameters: Parameters;
  tokenParameters: Parameters;
  refreshParameters: Parameters;
  /** Headers that the provider insists on, sent with every request to it; `{client_id}` may stand in them. */
  headers: Record<string, string>;
  tokenResponse: TokenResponseShape;
  /** Parameter of the callback that tells the granted scopes, where no token response does. */
  grantedScopesParameter?: string;
  /** `required`: verified, with the request's nonce; `without_nonce`: verified; `ignored`: not read. */
  idToken: 'required' | 'without_nonce' | 'ignored';
  /** The ID token's `iss`, where claims stand in it: `https://example.com/{tid}`. */
  idTokenIssuer?: string;
  /** Where `account` and the others are looked up. */
  userInfoFrom: 'user_info' | 'id_token' | 'token_response';
  userInfoMethod: 'GET' | 'POST';
  /** JSON text that is posted, such as a GraphQL query. */
  userInfoBody?: string;
  /** Parameters that are posted as a form. */
  userInfoParameters?: Record<string, string>;
  /** The client proves itself too, as at a token introspection. */
  userInfoClientAuthentication?: 'client_secret_post' | 'none';
  /** How an access token is sent, where not as `Authorization: Bearer`. */
  userInfoAuthorization?: TokenPlace;
  /** What successful user information says of itself, where the HTTP status does not tell. */
  userInfoSuccess?: SuccessTest;
  /**
   * Paths in the user information, or texts with paths in braces: `{team.id}:{id}`. `instance.<name>` is
   * a value of the connection that the provider has confirmed.
   */
  account: string | string[];
  /** Of several the first that is there. */
  accountName?: string | string[];
  accountEmail?: string;
  accountPicture?: string;
  /** Whether a refresh token may be issued. */
  refresh: boolean;
  /** Lifetime of an access token in seconds, where the response does not say; absent: it does not expire. */
  accessTokenLifetime?: number;
  /** Whether a refresh replaces the refresh token: never, or it does, or it does and the old one is dead at once. */
  rotation?: 'none' | 'rotates' | 'single_use';
  /** Seconds for which a replaced refresh token still works. */
  refreshGraceSeconds?: number;
  /** Seconds after which a refresh token that was not used has ended, where the response does not say. */
  refreshTokenIdleLifetime?: number;
  /** Seconds after which a refresh token has ended, used or not, where the response does not say. */
  refreshTokenLifetime?: number;
  /** Refreshes that the sweep begins in a minute at most. */
  refreshesPerMinute: number;
  /** The redirect URI must stand in a refresh too. */
  refreshRedirectUri?: boolean;
  /** Seconds from consent until the person must consent again, where that is fixed. */
  consentLifetime?: number;
  revocationRequest: RevocationRequest;
  /** What a revocation ends: the one token, or everything this person granted to this client. */
  revocationScope: 'token' | 'grant';
  /** Further members of the client's secret, with what they are. */
  clientFields: Record<string, string>;
  registration?: Registration;
  notes?: string;
  /** The vendor's page behind these facts, and when it was read (YYYY-MM-DD). */
  source?: string;
  checked?: string;
  hooks?: ProviderHooks;
}

/** What a file of the catalog or an object of the configuration says; the rest are defaults. */
export type ProviderEntry = Partial<Omit<Provider, 'id'>> & {
  id: string;
  /** The catalog entry that this one starts from. */
  extends?: string;
};

/** Types an entry of the catalog; it is validated where the catalog is read. */
export function defineProvider(entry: ProviderEntry): ProviderEntry {
  return entry;
}
