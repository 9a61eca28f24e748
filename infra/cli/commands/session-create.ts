import type { Command } from 'commander';
import { OPERATOR } from '../../../shared/configuration.ts';
import { type Cli, type CommonOptions, collect, makeCommand, onTarget } from '../command.ts';
import { invoke } from '../invoke.ts';
import { formatRecord } from '../table.ts';

interface Options extends CommonOptions {
  owner: string;
  label?: string;
  provider?: string[];
  returnUrl?: string;
}

/** `session create` */
export function sessionCreate(cli: Cli): Command {
  return makeCommand(
    'create',
    'Makes a link with which a person connects accounts, once and in one browser.',
    {
      examples: [
        'session create --owner customer-42 --local',
        'session create --owner customer-42 --label "Ada Lovelace" --provider github --return-url https://app.example.com/settings',
      ],
    },
  )
    .requiredOption('--owner <owner>', 'your own id of the user or customer it is for (required)')
    .option('--label <text>', 'what the person reads there, such as her name')
    .option('--provider <id>', 'offer this provider; repeatable (default: all)', collect)
    .option(
      '--return-url <url>',
      'where the browser goes afterwards; one of "returnUrls" in cdk.json',
    )
    .action((options: Options, command: Command) =>
      onTarget(cli, command, async (target) => {
        const session = await invoke<{ url: string; expiresAt: string }>(
          target,
          'create-connect-session',
          {
            owner: options.owner,
            ownerLabel: options.label,
            providers: options.provider,
            returnUrl: options.returnUrl,
          },
          { caller: OPERATOR },
        );
        return {
          json: session,
          text: formatRecord({ url: session.url, expires: session.expiresAt }),
          notes: ['Whoever opens the link connects for this owner: send it to that person alone.'],
        };
      }),
    );
}
