import type { SealedValue } from '../vault/sealed-json.ts';

/** The record's version: a reader meets rows that the version before or after it wrote. */
export const RECORD_VERSION = 1;

export type ConnectionStatus = 'connected' | 'needs_reauth' | 'disconnected';

/** A promise that nobody else is at the provider with this refresh token, for `seconds` from when it was written. */
export interface Lease {
  /** Random, new for each lease. */
  holder: string;
  seconds: number;
}

/** Days before the end of a consent at which a notice is given. */
export const CONSENT_NOTICES = [30, 7, 1] as const;

export type ConsentNotice = (typeof CONSENT_NOTICES)[number];

export interface SealedTokens extends SealedValue {
  /**
   * The `writeId`s of the tokens that reconnects replaced and whose refresh token they kept: what is
   * issued for that one meanwhile takes its place.
   */
  keptFrom?: string[];
}

export interface ConnectionKey {
  owner: string;
  provider: string;
  account: string;
}

/**
 * What is captured of one owner at one provider as one account. Times are epoch seconds; attributes
 * outside the sealed values are those needed to find, order and expire a row.
 */
export interface Connection extends ConnectionKey {
  recordVersion: number;
  /** Random, new at each connect. */
  grantId: string;
  /** Grows with each write; every save names the one it read. */
  version: number;
  status: ConnectionStatus;
  scopes: string[];
  /** Absent once a tombstone's tokens were revoked. */
  tokens?: SealedTokens;
  profile?: SealedValue;
  /** End of the access token; absent when it does not expire. */
  expiresAt?: number;
  /** End of the refresh token, unless it is used before; absent when none is known. */
  refreshTokenExpiresAt?: number;
  /** When the person must consent again, where the provider fixes that. */
  consentEndsAt?: number;
  /** The last notice that was given of that end. */
  consentNotice?: ConsentNotice;
  /** Values of its own: what stands in the provider's addresses, and what the provider told. */
  instance?: Record<string, string>;
  /** Origin of the token endpoint that issued the tokens: they are sent to no other. */
  tokenOrigin: string;
  /** Held by the one who refreshes. */
  lease?: Lease;
  /** Refreshes that failed in a row, and until when none is tried. */
  failures?: number;
  retryAt?: number;
  /** Refreshes that callers forced in an hour of the clock, by when that began. */
  forced?: { hour: number; count: number };
  /** Since when an operator has switched it off, and why; connecting again changes nothing about that. */
  disabledAt?: number;
  reason?: string;
  /** On a tombstone whose tokens are gone: whether the provider has revoked them. */
  revoked?: 'yes' | 'unsupported';
  connectedAt: number;
  updatedAt: number;
  /** When an operator had it sealed anew, under new data keys. */
  resealedAt?: number;
  /** `<provider>#<shard>` and the moment when something has to be done; far away for never. */
  duePartition: string;
  dueAt: number;
  ttl?: number;
}

/** What a listing shows: a connection without its tokens. */
export type ConnectionSummary = Omit<Connection, 'tokens' | 'lease'>;

/** What a listing reads, beside the key. */
export const SUMMARY_ATTRIBUTES = [
  'recordVersion',
  'grantId',
  'version',
  'status',
  'scopes',
  'profile',
  'expiresAt',
  'consentEndsAt',
  'disabledAt',
  'instance',
  'tokenOrigin',
  'connectedAt',
  'updatedAt',
  'duePartition',
  'dueAt',
];

/** The sealed `tokens`, as JSON. */
export interface Tokens {
  accessToken: string;
  /** Lower-case, `bearer` where the provider says nothing. */
  tokenType: string;
  refreshToken?: string;
  /** `sub` of the ID token, where there was one: that of a refresh must be the same. */
  subject?: string;
  /** The redirect URI of the grant, where the provider wants it in a refresh too. */
  redirectUri?: string;
}

/** The sealed `profile`, as JSON. */
export interface Profile {
  account: string;
  name?: string;
  email?: string;
  picture?: string;
  /** The user information as the provider gave it. */
  userInfo?: unknown;
}

/** "Never" for `dueAt`: an index key must have a value (9999-12-31T23:59:59Z). */
export const NEVER = 253_402_300_799;
