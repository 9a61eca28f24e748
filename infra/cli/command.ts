import { Command, Option } from 'commander';
import { WrongUsage } from './errors.ts';
import type { Result, Terminal } from './output.ts';
import { openTarget, type Target, type TargetOptions } from './target.ts';

/** What commands are made with. */
export interface Cli {
  terminal: Terminal;
  /** Prints what a command came to, as its `--json` says. */
  show(result: Result, options: { json?: boolean }): void;
}

export interface CommonOptions extends TargetOptions {
  json?: boolean;
}

const WHERE = 'Where:';

interface CommandText {
  details?: string;
  examples: readonly string[];
  /** Whether it looks into the configuration of the providers; `--config` is shown for these alone. */
  usesProviders?: boolean;
}

/** A command with the options that every command has, and examples. */
export function makeCommand(
  name: string,
  summary: string,
  { details, examples, usesProviders = false }: CommandText,
): Command {
  return new Command(name)
    .summary(summary)
    .description(details === undefined ? summary : `${summary} ${details}`)
    .addOption(new Option('--json', 'print one JSON value on standard output'))
    .addOption(
      new Option('--local', 'work on the run of "npm start" on this machine')
        .conflicts(['stack', 'config'])
        .helpGroup(WHERE),
    )
    .addOption(
      new Option('--data <folder>', 'data folder of that run, with --local')
        .default('.local')
        .helpGroup(WHERE),
    )
    .addOption(
      new Option(
        '--stack <name>',
        'work on this deployed stack, with your AWS credentials, profile and region',
      )
        .default('TokenCapture')
        .helpGroup(WHERE),
    )
    .addOption(
      new Option(
        '--config <file>',
        'where the providers of the stack are configured (default: "cdk.json")',
      )
        .hideHelp(!usesProviders)
        .helpGroup(WHERE),
    )
    .addHelpText('after', exampleText(examples));
}

/** Runs a command on its target, whose connections are closed afterwards. */
export async function onTarget(
  { show }: Cli,
  command: Command,
  run: (target: Target) => Promise<Result>,
): Promise<void> {
  const options = command.opts<CommonOptions>();
  if (!options.local && command.getOptionValueSource('data') === 'cli') {
    throw new WrongUsage('--data is the folder of a local run: add --local');
  }
  const target = openTarget(options);
  try {
    show(await run(target), options);
  } finally {
    target.lambda.destroy();
    target.secrets.destroy();
    target.table.destroy();
    target.sqs.destroy();
  }
}

/** Examples at the end of a help text. */
export function exampleText(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((line) => `  npx token-capture ${line}`).join('\n')}`;
}

/** Gathers an option that may be given more than once. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];
