import type { Command } from 'commander';
import { OPERATOR } from '../../../shared/configuration.ts';
import type { TokenGranted } from '../../../shared/tokens/get-token.ts';
import { type Cli, type CommonOptions, makeCommand, onTarget } from '../command.ts';
import { invoke } from '../invoke.ts';
import { formatRecord } from '../table.ts';

interface Options extends CommonOptions {
  owner: string;
  provider: string;
  account?: string;
  caller: string;
  show?: boolean;
}

const KEEP_OUT =
  'Whoever has the token acts for this person: keep it out of files, logs and tickets.';

/** `token get` */
export function tokenGet(cli: Cli): Command {
  return makeCommand(
    'get',
    'Gets an access token that works, refreshed when need be, as a service would.',
    {
      details:
        'It is shown only with --show or --json. The operator may read tokens where cdk.json says "operator": {"getToken": true}; npm start allows it.',
      examples: [
        'token get --owner customer-42 --provider github --local',
        'token get --owner customer-42 --provider github --caller billing --show',
        'token get --owner customer-42 --provider github --json | jq -r .accessToken',
      ],
    },
  )
    .requiredOption('--owner <owner>', 'whose connection (required)')
    .requiredOption('--provider <id>', 'at which provider (required)')
    .option('--account <account>', 'which account, where the owner has several')
    .option('--caller <name>', 'ask as this caller of the configuration', OPERATOR)
    .option('--show', 'print the access token')
    .action((options: Options, command: Command) =>
      onTarget(cli, command, async (target) => {
        const { owner, provider, account, caller, show } = options;
        const token = await invoke<TokenGranted>(
          target,
          'get-token',
          { owner, provider, account },
          { caller, good: ['ok'] },
        );
        return {
          json: token,
          text: formatRecord({
            provider: token.provider,
            account: token.account,
            expires: token.expiresAt ?? 'never',
            scopes: token.scopes.join(' '),
            type: token.tokenType,
            token: show ? token.accessToken : '(hidden: --show prints it)',
          }),
          ...(show && { notes: [KEEP_OUT] }),
        };
      }),
    );
}
