import type { Command } from 'commander';
import type { ListedConnection } from '../../../shared/tokens/list-connections.ts';
import { type Cli, type CommonOptions, makeCommand, onTarget } from '../command.ts';
import { listConnections } from '../list-connections.ts';
import { shellWord } from '../shell-word.ts';
import { formatTable } from '../table.ts';

interface Options extends CommonOptions {
  owner: string;
  provider?: string;
}

/** `connections list` */
export function connectionsList(cli: Cli): Command {
  return makeCommand('list', 'Lists what an owner has connected. No token is read.', {
    examples: [
      'connections list --owner customer-42 --local',
      'connections list --owner customer-42 --provider github --json',
    ],
  })
    .requiredOption('--owner <owner>', 'whose connections (required)')
    .option('--provider <id>', 'only those at this provider')
    .action((options: Options, command: Command) =>
      onTarget(cli, command, async (target) => {
        const connections = await listConnections(target, options);
        return {
          json: { connections },
          text: connections.length === 0 ? '' : table(connections),
          notes:
            connections.length === 0
              ? [
                  `Nothing is connected. Make a link: npx token-capture session create --owner ${shellWord(options.owner)}${target.flags}`,
                ]
              : [],
        };
      }),
    );
}

function table(connections: ListedConnection[]): string {
  return formatTable(
    ['PROVIDER', 'ACCOUNT', 'NAME', 'STATUS', 'CONNECTED', 'TOKEN EXPIRES', 'SCOPES'],
    connections.map((each) => [
      each.provider,
      each.account,
      each.name,
      each.status,
      each.connectedAt,
      each.expiresAt ?? 'never',
      each.scopes.join(' '),
    ]),
  );
}
