import type { Command } from 'commander';
import { type Cli, type CommonOptions, makeCommand, onTarget } from '../command.ts';
import { confirm } from '../confirm.ts';
import { disconnectAll, revocationWords } from '../disconnect-all.ts';
import { describeSubject, type SubjectOptions, subjectOf, subjectOptions } from '../subject.ts';
import { disable as switchOff } from '../switches.ts';

interface Options extends CommonOptions, SubjectOptions {
  reason?: string;
  revoke?: boolean;
  yes?: boolean;
}

/** `disable` */
export function disable(cli: Cli): Command {
  const command = makeCommand(
    'disable',
    'Switches off a connection, an owner, a provider or everything.',
    {
      details:
        'Within 5 seconds no service gets a token of it any more and nobody connects it. What is stored stays, until it is enabled again; with --revoke it is disconnected, and the providers are asked to revoke it.',
      examples: [
        'disable --owner customer-42 --provider github --reason "lost laptop" --local',
        'disable --owner customer-42',
        'disable --provider github --reason "incident 17" --revoke',
        'disable --all --yes',
      ],
      usesProviders: true,
    },
  );
  return subjectOptions(command)
    .option('--reason <text>', 'why; services that ask for a token read it')
    .option('--revoke', 'disconnect it too, for good; run again, it goes on where it ended')
    .option('--yes', 'do not ask before --all')
    .action((options: Options) =>
      onTarget(cli, command, async (target) => {
        const subject = await subjectOf(target, options);
        const what = describeSubject(subject);
        if (subject.kind === 'all') {
          await confirm(
            cli.terminal,
            options.revoke ? 'Switch off and disconnect everything?' : 'Switch off everything?',
            options.yes === true,
          );
        }
        const disabledAt = await switchOff(target, subject, options.reason);
        const revocation = options.revoke
          ? await disconnectAll(target, subject, disabledAt, cli.terminal)
          : undefined;
        return {
          json: { status: 'disabled', ...subject, ...(revocation && { revocation }) },
          text: `Disabled: ${what}.${revocation === undefined ? '' : ` ${revocationWords(revocation)}.`}`,
          notes: ['No token of it is handed out from 5 seconds after now.'],
        };
      }),
    );
}
