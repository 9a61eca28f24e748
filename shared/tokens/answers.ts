/** What a caller can do about an answer that is no token. */
export interface Problem {
  status:
    | 'not_connected'
    | 'needs_reauth'
    | 'insufficient_scope'
    | 'ambiguous_account'
    | 'denied'
    | 'provider_unavailable';
  message: string;
  /** Whether the same request may succeed later without anybody's action. */
  retryable: boolean;
  /** With `ambiguous_account`: the accounts to choose from. */
  accounts?: string[];
  /** With `insufficient_scope`: what is missing. */
  missingScopes?: string[];
  /** With `provider_unavailable`: seconds to wait, where the provider said so. */
  retryAfterSeconds?: number;
}

const CONNECT = 'invoke create-connect-session for this owner and send the person to its url';

export const notConnected = (provider: string): Problem => ({
  status: 'not_connected',
  message: `this owner has no connection to ${provider}: ${CONNECT}`,
  retryable: false,
});

export const needsReauth = (provider: string): Problem => ({
  status: 'needs_reauth',
  message: `${provider} accepts this connection no more: ${CONNECT}`,
  retryable: false,
});

export const insufficientScope = (missingScopes: string[]): Problem => ({
  status: 'insufficient_scope',
  message: `the person did not grant ${missingScopes.join(' ')}: invoke create-connect-session with these scopes and send the person to its url`,
  retryable: false,
  missingScopes,
});

export const ambiguousAccount = (provider: string, accounts: string[]): Problem => ({
  status: 'ambiguous_account',
  message: `this owner has ${accounts.length} accounts at ${provider}: name one in "account"`,
  retryable: false,
  accounts,
});

export const denied = (message: string): Problem => ({
  status: 'denied',
  message,
  retryable: false,
});

export const providerUnavailable = (provider: string, retryAfterSeconds?: number): Problem => ({
  status: 'provider_unavailable',
  message: `${provider} does not answer and the stored token has ended: try again later`,
  retryable: true,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});
