import type { Command } from 'commander';
import { OPERATOR } from '../../../shared/configuration.ts';
import type { Disconnected } from '../../../shared/tokens/disconnect.ts';
import { type Cli, type CommonOptions, makeCommand, onTarget } from '../command.ts';
import { invoke } from '../invoke.ts';

interface Options extends CommonOptions {
  owner: string;
  provider: string;
  account?: string;
}

const REVOKED = {
  yes: 'The provider has revoked its tokens.',
  unsupported:
    'This provider offers no revocation: the person ends the access in her account there.',
  no: 'The provider has NOT revoked its tokens yet, and the log of disconnect says why: run this again with --account to try once more.',
};

/** `connections disconnect` */
export function connectionsDisconnect(cli: Cli): Command {
  return makeCommand('disconnect', 'Ends a connection.', {
    details: 'No service gets its tokens any more, and the provider is asked to revoke them.',
    examples: [
      'connections disconnect --owner customer-42 --provider github --local',
      'connections disconnect --owner customer-42 --provider github --account 583231',
    ],
  })
    .requiredOption('--owner <owner>', 'whose connection (required)')
    .requiredOption('--provider <id>', 'at which provider (required)')
    .option('--account <account>', 'which account, where the owner has several')
    .action((options: Options, command: Command) =>
      onTarget(cli, command, async (target) => {
        const { owner, provider, account } = options;
        const answer = await invoke<Disconnected>(
          target,
          'disconnect',
          { owner, provider, account },
          { caller: OPERATOR, good: ['disconnected'] },
        );
        return {
          json: answer,
          text: `${provider} is disconnected.`,
          notes: [REVOKED[answer.revoked]],
        };
      }),
    );
}
