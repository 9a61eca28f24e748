/** One trip to a provider, kept in its session under the hash of its `state`. */
export interface AuthorizationRequest {
  provider: string;
  /** Epoch seconds. */
  createdAt: number;
  expiresAt: number;
  /** What the connection has of its own in the provider's addresses. */
  values?: Record<string, string>;
}

/**
 * A short-lived, one-browser permission for an owner to connect. The table holds only hashes of the
 * session's token and of its browser's cookie. Times are epoch seconds.
 */
export interface ConnectSession {
  /** The first 16 characters of the token's hash: public, in every link of the session. */
  sid: string;
  tokenHash: string;
  /** Hash of the cookie of the browser that the session belongs to. */
  browserHash?: string;
  owner: string;
  /** What the person recognises herself by. */
  ownerLabel?: string;
  providers: string[];
  returnUrl?: string;
  /** Asked for beyond the provider's default scopes. */
  scopes: string[];
  /** The values of its one provider, where the service has given them. */
  values?: Record<string, string>;
  /** What is captured stays pending until a service has confirmed it. */
  confirm?: true;
  /** The caller that made the session. */
  caller: string;
  createdAt: number;
  expiresAt: number;
  /** When the first trip to a provider began: from then on the session changes its browser no more. */
  startedAt?: number;
  /** Open authorization requests by the hash of their `state`. */
  requests: Record<string, AuthorizationRequest>;
}

export const SESSION_SECONDS = 30 * 60;
export const REQUEST_SECONDS = 10 * 60;
export const REQUESTS_AT_MOST = 10;
