import type { Connection } from '../connections/connection.ts';
import type { ConnectionTable } from '../connections/connection-table.ts';

export type Found =
  | { kind: 'found'; connection: Connection }
  | { kind: 'not_connected' }
  | { kind: 'ambiguous_account'; accounts: string[] };

/**
 * The one live connection that is meant: by its account, or the only one. One read, a consistent one:
 * after a disconnect nobody gets the token any more.
 */
export async function findConnection(
  connections: ConnectionTable,
  { owner, provider, account }: { owner: string; provider: string; account?: string | undefined },
): Promise<Found> {
  if (account !== undefined) {
    const connection = await connections.get({ owner, provider, account }, true);
    return connection === undefined || connection.status === 'disconnected'
      ? { kind: 'not_connected' }
      : { kind: 'found', connection };
  }
  const [connection, ...others] = await connections.find(owner, provider);
  if (connection === undefined) return { kind: 'not_connected' };
  if (others.length === 0) return { kind: 'found', connection };
  return {
    kind: 'ambiguous_account',
    accounts: [connection, ...others].map((each) => each.account),
  };
}
