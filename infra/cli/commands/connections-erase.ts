import type { Command } from 'commander';
import { type Cli, type CommonOptions, makeCommand, onTarget } from '../command.ts';
import { confirm } from '../confirm.ts';
import { type RowSubject, rowsOfOwner } from '../connections-of.ts';
import { disconnected, REVOCATION_PAUSE_MILLISECONDS, REVOCATIONS } from '../disconnect-all.ts';
import { CommandFailed } from '../errors.ts';
import { workOff } from '../invoke.ts';
import type { Target } from '../target.ts';
import { words, workThrough } from '../work-through.ts';

interface Options extends CommonOptions {
  owner: string;
  yes?: boolean;
}

const OUTCOMES = { ...REVOCATIONS, dropped: 'unconfirmed ones dropped' };
const NOTHING = 'nothing was stored';
const GO_ON = 'run the same command again';

/** `connections erase` */
export function connectionsErase(cli: Cli): Command {
  return makeCommand('erase', 'Revokes and deletes all that an owner has connected.', {
    details:
      'What waits for its confirmation goes too. A tombstone with the ids alone stays for 15 days; docs/command-line.md says what backups and logs keep.',
    examples: [
      'connections erase --owner customer-42 --local',
      'connections erase --owner customer-42 --yes',
    ],
  })
    .requiredOption('--owner <owner>', 'whose connections (required)')
    .option('--yes', 'do not ask before')
    .action((options: Options, command: Command) =>
      onTarget(cli, command, async (target) => {
        const { owner } = options;
        await confirm(
          cli.terminal,
          `Revoke and delete everything of owner ${owner}?`,
          options.yes === true,
        );
        const counts = await workThrough(cli.terminal, {
          items: rowsOfOwner(target, owner),
          handle: async (row) => ({ [await erased(target, row)]: 1 }),
          names: OUTCOMES,
          nothing: NOTHING,
          pauseMilliseconds: REVOCATION_PAUSE_MILLISECONDS,
          goOn: GO_ON,
        });
        const said = words(counts, OUTCOMES, NOTHING);
        if (counts.notRevoked > 0) {
          throw new CommandFailed(
            `${said}: their tokens are kept, sealed and handed to nobody, until the provider has revoked them, which the sweep goes on trying; ${GO_ON} to see whether it has`,
            { type: 'not_revoked' },
          );
        }
        return {
          json: { status: 'erased', owner, ...counts },
          text: `Erased: everything of owner ${owner} (${said}).`,
        };
      }),
    );
}

async function erased(target: Target, row: RowSubject): Promise<keyof typeof OUTCOMES | 'failed'> {
  if ('account' in row) return disconnected(target, row);
  const failed = await workOff(target, [{ kind: 'drop', ...row, early: true }]);
  return failed === 0 ? 'dropped' : 'failed';
}
