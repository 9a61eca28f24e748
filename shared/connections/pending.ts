import type { Captured } from './connection-table.ts';

/**
 * What was captured in a session that asks for a confirmation. It stands beside the owner's
 * connections, where nobody who looks for those sees it. Times are epoch seconds.
 */
export interface PendingConnection {
  /** Hash of the code that went to the return URL. */
  codeHash: string;
  owner: string;
  provider: string;
  account: string;
  captured: Captured;
  /**
   * The provider gave no refresh token this time, and the connection that is there has one: it keeps
   * its tokens.
   */
  keepsTokens?: boolean;
  createdAt: number;
  expiresAt: number;
}

/** How long a service has to confirm. */
export const PENDING_SECONDS = 10 * 60;
