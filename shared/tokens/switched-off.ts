import type { Connection } from '../connections/connection.ts';
import { FRESH_MILLISECONDS } from '../connections/control-table.ts';
import { Disabled } from '../errors.ts';
import { disabled, notConnected, type Problem } from './answers.ts';
import type { TokenDeps } from './deps.ts';

type Where = Pick<Connection, 'owner' | 'provider'>;

/** The answer while everything, the owner or the provider is switched off; `undefined`: it is not. */
export async function switchedOff(
  { controls }: Pick<TokenDeps, 'controls'>,
  { owner, provider }: Where,
): Promise<Problem | undefined> {
  const control = (await controls.disabled(owner, [provider])).get(provider);
  return control && disabled(new Disabled(provider, control.reason));
}

/** The answer while a connection itself is switched off. */
export function switchedOffItself(connection: Connection): Problem | undefined {
  if (connection.disabledAt === undefined) return undefined;
  return disabled(new Disabled(connection.provider, connection.reason));
}

/**
 * Looks again before a token is handed out, since a refresh takes its time: at the switches, and at a
 * row that was read (`readAt`, milliseconds) longer ago than that.
 */
export async function stoppedSince(
  deps: TokenDeps,
  connection: Connection,
  readAt: number,
): Promise<Problem | undefined> {
  const isOld = deps.ports.now() - readAt >= FRESH_MILLISECONDS;
  const [off, current] = await Promise.all([
    switchedOff(deps, connection),
    isOld ? deps.connections.get(connection, true) : connection,
  ]);
  if (off !== undefined) return off;
  if (current === undefined || current.status === 'disconnected') return notConnected(connection);
  return switchedOffItself(current);
}
