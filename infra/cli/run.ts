import { type Command, CommanderError } from 'commander';
import type { Cli } from './command.ts';
import { CommandFailed, WrongUsage } from './errors.ts';
import { type Terminal, writeResult } from './output.ts';
import { makeProgram } from './program.ts';
import { refuseSecretArgument } from './secret-argument.ts';
import { usageMessage } from './usage-error.ts';

/** Runs the tool; gives the exit status: 0 done, 1 refused or failed, 2 wrong usage. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  let json = false;
  const cli: Cli = {
    terminal,
    show: (result, options) => writeResult(terminal, result, options.json === true),
  };
  const program = makeProgram(cli).hook('preAction', (_program, action) => {
    json = action.opts()['json'] === true;
  });
  forEachCommand(program, (command) => speakThrough(command, terminal));
  try {
    refuseSecretArgument(argv);
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    const say = (message: string) => terminal.stderr.write(`token-capture: ${message}\n`);
    if (error instanceof CommanderError) return afterCommander(error, argv, say);
    if (error instanceof WrongUsage) {
      say(error.message);
      return 2;
    }
    const failed = error instanceof CommandFailed ? error : unexpected(error);
    say(failed.message);
    if (json) terminal.stdout.write(`${JSON.stringify(failed.answer, null, 2)}\n`);
    return 1;
  }
}

function afterCommander(
  error: CommanderError,
  argv: readonly string[],
  say: (message: string) => unknown,
): 0 | 2 {
  if (error.exitCode === 0) return 0;
  // Without a command the help has been printed already.
  if (error.code === 'commander.help') return 2;
  const misplaced = error.code === 'commander.unknownOption' && argv[0]?.startsWith('-');
  say(
    `${usageMessage(error)}
${misplaced ? '(options come after the command: npx token-capture providers list --local)' : '(--help explains each command)'}`,
  );
  return 2;
}

function unexpected(error: unknown): CommandFailed {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new CommandFailed(`unexpected ${words}`, { type: 'unexpected' });
}

function speakThrough(command: Command, { stdout, stderr }: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
    outputError: () => {},
  });
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}
