import type { CommanderError } from 'commander';

/**
 * What is printed for a command line that commander refuses. It repeats values, which may be a secret
 * that was typed in the wrong place; here they are left out.
 */
export function usageMessage({ code, message }: Pick<CommanderError, 'code' | 'message'>): string {
  const words = message.replace(/^error: /, '');
  switch (code) {
    case 'commander.unknownOption':
      return words.replace(
        /^unknown option '(-[^-]|--[^='\s]*)[^\n]*?'(?=\n|$)/,
        "unknown option '$1'",
      );
    case 'commander.excessArguments':
      return words.replace(/ but got \d+: .*$/s, '.');
    default:
      return words;
  }
}
