import { createHash } from 'node:crypto';
import type { Log } from './ports.ts';

/** What was done, or asked for: docs/audit.md says what each is. */
export type AuditAction =
  | 'session_created'
  | 'connect'
  | 'complete'
  | 'token_read'
  | 'first_use'
  | 'list'
  | 'disconnect'
  | 'refresh'
  | 'secret_read'
  | 'switch'
  | 'configuration';

/** One fact: who did what for whom, and what came of it. Never a token, code or secret. */
export interface AuditRecord {
  action: AuditAction;
  /** `ok`, or the status that the answer had. */
  result: string;
  caller?: string;
  /** Of the invocation, as IAM and CloudTrail know it. */
  requestId?: string;
  /** In clear: the record holds its pseudonym. */
  owner?: string;
  /** In clear: the record holds its pseudonym. */
  account?: string;
  provider?: string;
  /** What explains the result, and tells where to look on. */
  [detail: string]: unknown;
}

/**
 * Writes one record. It is kept for longer than the rows it speaks of, so that it names owners and
 * accounts by pseudonyms alone.
 */
export function audit(
  log: Log,
  { owner, account, ...record }: AuditRecord,
  level: keyof Log = 'info',
): void {
  log[level]('audit', {
    audit: 1,
    ...record,
    ...(owner !== undefined && { owner: fingerprint(owner) }),
    ...(account !== undefined && { account: fingerprint(account) }),
  });
}

/** 96 bits of the SHA-256: the pseudonym of an owner or an account, the same in every record. */
export function fingerprint(value: string): string {
  return createHash('sha256').update(value).digest('base64url').slice(0, 16);
}
