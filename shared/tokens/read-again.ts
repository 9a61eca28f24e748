import type { Connection, Tokens } from '../connections/connection.ts';
import { openJson } from '../vault/sealed-json.ts';
import type { TokenDeps } from './deps.ts';
import type { Refreshed } from './refresh.ts';

/** What the row says now, read consistently: the same tokens still, or what has become of it. */
export async function readAgain(
  deps: TokenDeps,
  connection: Connection,
): Promise<Refreshed | { kind: 'unchanged'; connection: Connection }> {
  const current = await deps.connections.get(connection, true);
  if (current === undefined || current.status === 'disconnected') return { kind: 'not_connected' };
  if (current.status === 'needs_reauth') return { kind: 'needs_reauth' };
  // A reconnect may keep the tokens: the row is another then, and they are no fresher.
  if (current.tokens!.writeId === connection.tokens!.writeId) {
    return { kind: 'unchanged', connection: current };
  }
  const tokens = await openJson<Tokens>(deps.vault, 'tokens', current, current.tokens!);
  return { kind: 'refreshed', connection: current, tokens };
}

/** What another one has made of the row, by whose write ours was refused. */
export async function adopt(deps: TokenDeps, connection: Connection): Promise<Refreshed> {
  const read = await readAgain(deps, connection);
  return read.kind === 'unchanged' ? { kind: 'unavailable' } : read;
}
