import type { Connection, ConnectionKey } from '../connections/connection.ts';
import type { SealedValue } from '../vault/sealed-json.ts';

/**
 * What a provider has issued, sealed for the row that it belongs to and that does not hold it yet.
 * `grantId` and `version` are those of the row that it was got over.
 */
export interface SpooledPair
  extends ConnectionKey,
    Pick<
      Connection,
      | 'grantId'
      | 'version'
      | 'tokenOrigin'
      | 'expiresAt'
      | 'refreshTokenExpiresAt'
      | 'instance'
      | 'updatedAt'
      | 'dueAt'
    > {
  tokens: SealedValue;
  /** The `writeId` of the tokens that were spent for it. */
  replaces: string;
  /** Absent where the provider did not tell: they stay as they were. */
  scopes?: string[];
}

/** Where pairs wait that could not be saved; `refresh-connection` merges them. */
export interface Spool {
  put(pair: SpooledPair): Promise<void>;
}

/** The message of a pair: JSON, its sealed bytes in base64. */
export function mergeMessage(pair: SpooledPair): string {
  const { writeId, sealed } = pair.tokens;
  const tokens = { writeId, sealed: Buffer.from(sealed).toString('base64') };
  return JSON.stringify({ kind: 'merge', ...pair, tokens });
}

/** The pair of a message; `undefined` where the message is of another kind. */
export function pairOfMessage(message: Record<string, unknown>): SpooledPair | undefined {
  const { kind, ...pair } = message;
  if (kind !== 'merge') return undefined;
  const { writeId, sealed } = pair['tokens'] as { writeId: string; sealed: string };
  const tokens = { writeId, sealed: new Uint8Array(Buffer.from(sealed, 'base64')) };
  return { ...(pair as unknown as SpooledPair), tokens };
}
