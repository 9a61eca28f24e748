import type { IncomingHttpHeaders } from 'node:http';
import type { TokenErrorCode } from '../../shared/providers/provider.ts';

/** An answer of a vendor, as its documentation shows it. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export const json = (
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

export const form = (body: Record<string, string>): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body: new URLSearchParams(body).toString(),
});

export const empty = (status: number): Answer => ({ status, headers: {}, body: '' });

/** A request as a fake received it, at the vendor's own address. */
export interface Received {
  method: string;
  /** The vendor's URL, without the query. */
  url: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a person granted, and what is issued for it. */
export interface Grant {
  clientId: string;
  redirectUri: string;
  scopes: string[];
  /** Every parameter of the authorization request. */
  asked: URLSearchParams;
  accessToken: string;
  refreshToken: string;
  /** Signed when the fixture says what stands in it. */
  idToken: string;
}

/** A request that trades an access token for another. */
export interface VendorExchange {
  method: 'GET' | 'POST';
  url: string;
  /** Parameters with their values; those of the client stand here too. */
  required: Record<string, string>;
  /** The one that holds the access token. */
  token: string;
  success(grant: Grant): Answer;
  badToken: Answer;
}

/**
 * What one vendor insists on and answers, written from its documentation alone: nothing in it may come
 * from this project's own catalog.
 */
export interface VendorFixture {
  id: string;
  /** What makes this one different, where a vendor has several ways. */
  variant?: string;
  /** The pages that this was written from. */
  sources: string[];
  /** The client's secret as it is stored, in Secrets Manager's JSON. */
  client: Record<string, string>;
  /** What a connection has of its own in the addresses, by the name that the entry gives it; the URLs here hold it. */
  values?: Record<string, string>;
  /** What the vendor calls `client_id`. */
  clientIdName?: string;
  authorization: {
    url: string;
    /** Beside client_id, redirect_uri and state. */
    required: Record<string, string>;
    /** Where the vendor refuses what it does not know: all names it knows. */
    known?: string[];
    scope: { parameter: string; separator: string } | 'none';
    pkce: 'S256' | 'required' | 'refused';
    callback: 'query' | 'form_post';
    success(code: string, state: string, grant: Grant): Record<string, string>;
    /** Signs the parameters of a callback, where the vendor does. */
    sign?(parameters: Record<string, string>): Record<string, string>;
    /** Absent where a denial brings no callback. */
    denial?(state: string): Record<string, string>;
  };
  token: {
    url: string;
    format: 'form' | 'json';
    clientAuthentication: 'basic' | 'post' | 'secret_as_user';
    /** The code exchange has no redirect_uri. */
    withoutRedirectUri?: boolean;
    withoutGrantType?: boolean;
    headers?: Record<string, RegExp>;
    /** Where the secret is no fixed text. */
    isSecret?(secret: string): Promise<boolean>;
    success(grant: Grant, request: Received): Answer;
    badCode: Answer;
    badClient: Answer;
    /** Further documented refusals, and what they mean in the words of RFC 6749. */
    refusals?: { answer: Answer; means: TokenErrorCode }[];
    /** What a code_verifier is answered with, where the vendor refuses it. */
    badVerifier?: Answer;
  };
  refresh?: {
    /** Scopes to ask for, or nothing special. */
    scopes?: string[];
    rotates: boolean;
    /** The vendor says that a replaced token is dead at once, or for how many seconds it is not. */
    grace?: 'single_use' | 'not_revoked' | number;
    /** Nothing is said about what becomes of the old one. */
    undocumented?: boolean;
    /** Seconds, where the vendor documents them and no answer tells. */
    idleLifetime?: number;
    lifetime?: number;
    withoutGrantType?: boolean;
    /** Where it is not the token endpoint. */
    url?: string;
    /** The redirect URI must be there. */
    redirectUri?: boolean;
    /** Further parameters that must be there. */
    required?: Record<string, string>;
    success(grant: Grant): Answer;
    badToken: Answer;
  };
  /** What a code brings is exchanged for a token that lives longer. */
  exchange?: VendorExchange;
  /** How the longer one is traded for the next. */
  refreshExchange?: VendorExchange;
  userInfo?: {
    method: 'GET' | 'POST';
    /** With its query. */
    url: string;
    /** What must be posted. */
    body?: unknown;
    /** What must be posted in a form, the client's included. */
    parameters?: Record<string, string>;
    /** Where the access token is looked for, when not in `Authorization: Bearer`. */
    tokenOf?(request: Received): string | null | undefined;
    headers?: Record<string, RegExp>;
    success: Answer;
    badToken: Answer;
  };
  revocation?: {
    method: 'POST' | 'DELETE';
    /** With `{client_id}` where that stands in the path. */
    url: string;
    authentication: 'basic' | 'post' | 'secret_as_user' | 'bearer' | 'none';
    headers?: Record<string, RegExp>;
    format: 'form' | 'json' | 'query' | 'none';
    /** Parameters that are allowed beside the client's. */
    parameters: string[];
    /** The one that holds the token; `null`: it is the bearer. */
    token: string | null | { refresh_token: string; access_token: string };
    /** Where a bearer is looked for, when not in `Authorization: Bearer`. */
    tokenOf?(request: Received): string | null | undefined;
    takes: ('access' | 'refresh')[];
    /** Nothing is said about refresh tokens. */
    undocumented?: boolean;
    /** The one token, it and its fellow of the same issue, or everything the person granted to this client. */
    ends: 'token' | 'pair' | 'grant';
    /** Only an access token that is still valid is accepted. */
    liveOnly?: boolean;
    success: Answer;
    gone: Answer;
    /** Further answers about a token that was dead already. */
    alsoGone?: Answer[];
    /** An answer that says no. */
    refusal?: Answer;
  };
  idToken?: {
    issuer: string;
    keysUrl: string;
    claims(grant: Grant): Record<string, unknown>;
  };
  /** What a reader of the vendor's documentation expects to be captured. */
  expected: {
    profile: { account: string; name?: string; email?: string; picture?: string };
    /** What is captured where user information lacks members, or has others, by their paths. */
    otherwise?: {
      without?: string[];
      with?: Record<string, unknown>;
      profile: { account?: string; name?: string; picture?: string };
    }[];
    /** Seconds from consent until it ends, where the vendor fixes that. */
    consentLifetime?: number;
    /** Hosts that the vendor documents for a value that is kept, by its name. */
    hosts?: Record<string, string[]>;
    /** What holds where the vendor does not tell a value, by its name. */
    defaults?: Record<string, string>;
    scopes: string[] | undefined;
    /** Seconds. */
    expiresIn: number | undefined;
    /** After a refresh, where that differs. */
    renewedExpiresIn?: number;
    refreshExpiresIn?: number;
    /** What is kept with the connection. */
    instance?: Record<string, string>;
    /** Scopes of the authorization request, space separated. */
    asked: string;
  };
}
