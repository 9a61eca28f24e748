import type { Command } from 'commander';
import { type Cli, makeCommand, onTarget } from '../command.ts';
import { replayDeadLetters } from '../dead-letters.ts';

/** `dead-letters replay` */
export function deadLettersReplay(cli: Cli): Command {
  return makeCommand('replay', 'Sends what was given up back to the queue that it came from.', {
    details: 'Look into the log of refresh-connection first: what made it fail must be mended.',
    examples: ['dead-letters replay --local', 'dead-letters replay --json'],
  }).action((_options: unknown, command: Command) =>
    onTarget(cli, command, async (target) => {
      const { replayed, left } = await replayDeadLetters(target);
      return {
        json: { replayed, left },
        text: `${replayed.length} sent back.`,
        notes:
          left.length === 0
            ? []
            : [`${left.length} stay: they are no messages of this stack (dead-letters list).`],
      };
    }),
  );
}
