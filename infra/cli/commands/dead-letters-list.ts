import type { Command } from 'commander';
import { type Cli, makeCommand, onTarget } from '../command.ts';
import { listDeadLetters } from '../dead-letters.ts';
import { formatTable } from '../table.ts';

/** `dead-letters list` */
export function deadLettersList(cli: Cli): Command {
  return makeCommand('list', 'Lists background work that was given up after several tries.', {
    details:
      'refresh: what was due for a connection, which comes up again by itself; drop: a connection that nobody confirmed, the same; merge: tokens that could not be saved, which are nowhere else.',
    examples: ['dead-letters list --local', 'dead-letters list --json'],
  }).action((_options: unknown, command: Command) =>
    onTarget(cli, command, async (target) => {
      const deadLetters = await listDeadLetters(target);
      const rows = deadLetters.map(({ kind, owner, provider, account, sentAt }) => [
        kind,
        owner,
        provider,
        account,
        sentAt,
      ]);
      return {
        json: { deadLetters },
        text:
          rows.length === 0
            ? ''
            : formatTable(['KIND', 'OWNER', 'PROVIDER', 'ACCOUNT', 'SENT'], rows),
        notes:
          rows.length === 0
            ? ['There are none.']
            : [`Try them again: npx token-capture dead-letters replay${target.flags}`],
      };
    }),
  );
}
