import { OPERATOR } from '../../shared/configuration.ts';
import type { ConnectionList, ListedConnection } from '../../shared/tokens/list-connections.ts';
import { invoke } from './invoke.ts';
import type { Target } from './target.ts';

/** All that an owner has connected, or that at one provider. */
export async function listConnections(
  target: Target,
  { owner, provider }: { owner: string; provider?: string | undefined },
): Promise<ListedConnection[]> {
  const connections: ListedConnection[] = [];
  let nextToken: string | undefined;
  do {
    const page: ConnectionList = await invoke(
      target,
      'list-connections',
      { owner, provider, nextToken },
      { caller: OPERATOR },
    );
    connections.push(...page.connections);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return connections;
}
