import type { ConnectionKey } from '../connections/connection.ts';
import type { DueRow } from '../connections/due-index.ts';
import { subjectOf } from '../connections/keys.ts';

/** What one request to SQS takes. */
export const BATCH_AT_MOST = 10;

/** What has come up and waits for `refresh-connection`. */
export interface RefreshQueue {
  /** Sends up to `BATCH_AT_MOST`, each to be seen after its delay; gives how many were taken. */
  send(batch: { due: DueRow; delaySeconds: number }[]): Promise<number>;
}

/** What a message is about. */
export type Due =
  | ({ kind: 'refresh' } & ConnectionKey)
  /** A pending connection that nobody has confirmed; `early`: whoever it is of is erased. */
  | { kind: 'drop'; owner: string; codeHash: string; early?: true }
  /** Asked for by the operator: what was not sealed anew since then (epoch seconds). */
  | ({ kind: 'reseal'; since: number } & ConnectionKey);

const KINDS: Due['kind'][] = ['refresh', 'drop', 'reseal'];

/** The message for a row that has come up: JSON. */
export function dueMessage(due: DueRow): string {
  const subject = subjectOf(due);
  const kind = 'codeHash' in subject ? 'drop' : 'refresh';
  return JSON.stringify({ kind, ...subject, dueAt: due.dueAt });
}

/** What is due by a message; `undefined` where the message is of another kind. */
export function dueOfMessage(message: Record<string, unknown>): Due | undefined {
  return KINDS.includes(message['kind'] as Due['kind']) ? (message as Due) : undefined;
}
