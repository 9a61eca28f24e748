import {
  InvalidProviderResponse,
  ProviderRejected,
  ProviderUnavailable,
} from '../../shared/errors.ts';
import { CLIENT_REFUSED } from '../../shared/oauth/client.ts';

/** What a token endpoint's answer to a code that cannot be valid says of the client. */
export interface ClientVerdict {
  client: 'accepted' | 'refused' | 'unknown';
  /** The provider's error code in the words of RFC 6749, where it gave one. */
  answer: string | null;
  message: string;
}

// The entries of the catalog translate most dialects; these are for providers that are only configured.
const refusesClient = [
  ...CLIENT_REFUSED,
  'incorrect_client_credentials',
  'bad_client_secret',
  'bad_client_id',
  'invalid_client_id',
  'invalid_client_secret',
];
const refusesCode = [
  'invalid_grant',
  'bad_verification_code',
  'invalid_code',
  'bad_code',
  'code_expired',
  'expired_code',
  'code_already_used',
];

/** Reads the outcome of the exchange: what it threw, or `undefined` where it gave tokens. */
export function clientVerdict(error: unknown): ClientVerdict {
  if (error === undefined) return unknown('it gave tokens for a code that does not exist');
  if (error instanceof ProviderRejected) return rejectionVerdict(error);
  if (error instanceof ProviderUnavailable) return unknown(`${error.message}; try again later`);
  if (error instanceof InvalidProviderResponse) return unknown(error.message);
  throw error;
}

function rejectionVerdict({ error, status }: ProviderRejected): ClientVerdict {
  const answered = `the provider answered ${error} (HTTP ${status})`;
  if (refusesCode.includes(error)) {
    return {
      client: 'accepted',
      answer: error,
      message: `the client is accepted: ${answered} to a code that cannot be valid`,
    };
  }
  // RFC 6749 section 5.2: 401 says that the client is refused.
  if (refusesClient.includes(error) || status === 401) {
    return { client: 'refused', answer: error, message: `the client is refused: ${answered}` };
  }
  const hint = HINTS[error] ?? (status === 404 ? 'often that is an unknown client id' : undefined);
  return {
    ...unknown(hint === undefined ? answered : `${answered}; ${hint}`),
    answer: error,
  };
}

const HINTS: Record<string, string> = {
  redirect_uri_mismatch: 'register the redirect URI at the provider first',
  invalid_redirect_uri: 'register the redirect URI at the provider first',
  unsupported_grant_type: 'allow the authorization code grant for this client at the provider',
};

const unknown = (why: string): ClientVerdict => ({
  client: 'unknown',
  answer: null,
  message: `cannot tell whether the client is accepted: ${why}`,
});
