import type { Disabled, RateLimited } from '../errors.ts';

/** What a caller can do about an answer that is no token. */
export interface Problem {
  status:
    | 'not_connected'
    | 'needs_reauth'
    | 'insufficient_scope'
    | 'ambiguous_account'
    | 'denied'
    | 'unknown_code'
    | 'provider_unavailable'
    | 'rate_limited'
    | 'disabled';
  message: string;
  /** Whether the same request may succeed later without anybody's action. */
  retryable: boolean;
  /** With `ambiguous_account`: the accounts to choose from. */
  accounts?: string[];
  /** With `insufficient_scope`: what is missing. */
  missingScopes?: string[];
  /** Seconds to wait: with `rate_limited`, and with `provider_unavailable` where the provider said so. */
  retryAfterSeconds?: number;
  /** Where a person must act: what to invoke for a URL to send her to. */
  connect?: ConnectHint;
}

export interface ConnectHint {
  function: 'create-connect-session';
  request: { owner: string; providers: [string]; scopes?: string[] };
}

interface Where {
  owner: string;
  provider: string;
}

const connect = ({ owner, provider }: Where, scopes?: string[]): ConnectHint => ({
  function: 'create-connect-session',
  request: { owner, providers: [provider], ...(scopes !== undefined && { scopes }) },
});

const CONNECT = 'invoke create-connect-session for this owner and send the person to its url';

export const notConnected = (where: Where): Problem => ({
  status: 'not_connected',
  message: `this owner has no connection to ${where.provider}: ${CONNECT}`,
  retryable: false,
  connect: connect(where),
});

export const needsReauth = (where: Where): Problem => ({
  status: 'needs_reauth',
  message: `${where.provider} accepts this connection no more: ${CONNECT}`,
  retryable: false,
  connect: connect(where),
});

/** `requiredScopes`: all that are needed, since a new grant replaces the one that is there. */
export const insufficientScope = (
  where: Where,
  missingScopes: string[],
  requiredScopes: string[],
): Problem => ({
  status: 'insufficient_scope',
  message: `the person did not grant ${missingScopes.join(' ')}: invoke create-connect-session with the scopes that are required and send the person to its url`,
  retryable: false,
  missingScopes,
  connect: connect(where, requiredScopes),
});

export const ambiguousAccount = (provider: string, accounts: string[]): Problem => ({
  status: 'ambiguous_account',
  message: `this owner has ${accounts.length} accounts at ${provider}: name one in "account"`,
  retryable: false,
  accounts,
});

export const unknownCode = (): Problem => ({
  status: 'unknown_code',
  message:
    'this owner has nothing to confirm with this code: it is not right, was used, or is older than ten minutes',
  retryable: false,
});

export const denied = (message: string): Problem => ({
  status: 'denied',
  message,
  retryable: false,
});

export const providerDenied = (caller: string, provider: string): Problem =>
  denied(`caller "${caller}" may not use ${provider}: see its "providers"`);

export const providerUnavailable = (provider: string, retryAfterSeconds?: number): Problem => ({
  status: 'provider_unavailable',
  message: `${provider} does not answer and the stored token has ended: try again later`,
  retryable: true,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

export const rateLimited = ({ message, retryable, retryAfterSeconds }: RateLimited): Problem => ({
  status: 'rate_limited',
  message,
  retryable,
  retryAfterSeconds,
});

export const disabled = ({ message, retryable }: Disabled): Problem => ({
  status: 'disabled',
  message,
  retryable,
});
