import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { type Cli, exampleText } from './command.ts';
import { connectionsDisconnect } from './commands/connections-disconnect.ts';
import { connectionsErase } from './commands/connections-erase.ts';
import { connectionsList } from './commands/connections-list.ts';
import { deadLettersList } from './commands/dead-letters-list.ts';
import { deadLettersReplay } from './commands/dead-letters-replay.ts';
import { disable } from './commands/disable.ts';
import { enable } from './commands/enable.ts';
import { providersCheck } from './commands/providers-check.ts';
import { providersList } from './commands/providers-list.ts';
import { providersSet } from './commands/providers-set.ts';
import { reseal } from './commands/reseal.ts';
import { sessionCreate } from './commands/session-create.ts';
import { tokenGet } from './commands/token-get.ts';

const NOTES = `
Without --local a command works on the stack TokenCapture in AWS, with your usual
credentials, profile and region (AWS_PROFILE, AWS_REGION).

Exit status: 0 done, 1 refused or failed (the message says what to do), 2 wrong usage.`;

const EXAMPLES = [
  'providers list --local',
  'providers set github --client-id Ov23abc --local',
  'session create --owner customer-42 --local',
  'token get --owner customer-42 --provider github --local',
];

/** The whole tool. */
export function makeProgram(cli: Cli): Command {
  return new Command('token-capture')
    .description(
      'Operates oauth2-token-capture: OAuth clients, connect links, connections, tokens.',
    )
    .version(packageJson.version)
    .helpCommand(false)
    .addHelpText('after', exampleText(EXAMPLES))
    .addHelpText('after', NOTES)
    .addCommand(
      group(
        'providers',
        'Lists, sets and checks the OAuth clients that you registered at providers.',
      )
        .addCommand(providersList(cli))
        .addCommand(providersSet(cli))
        .addCommand(providersCheck(cli)),
    )
    .addCommand(
      group('session', 'Makes a connect link for a user of yours.').addCommand(sessionCreate(cli)),
    )
    .addCommand(group('token', 'Gets an access token.').addCommand(tokenGet(cli)))
    .addCommand(
      group('connections', 'Lists, disconnects and erases what an owner has connected.')
        .addCommand(connectionsList(cli))
        .addCommand(connectionsDisconnect(cli))
        .addCommand(connectionsErase(cli)),
    )
    .addCommand(disable(cli))
    .addCommand(enable(cli))
    .addCommand(reseal(cli))
    .addCommand(
      group('dead-letters', 'Shows and replays background work that was given up.')
        .addCommand(deadLettersList(cli))
        .addCommand(deadLettersReplay(cli)),
    );
}

const group = (name: string, description: string) =>
  new Command(name).description(description).helpCommand(false);
