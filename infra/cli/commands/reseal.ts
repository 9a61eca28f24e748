import type { Command } from 'commander';
import { type Cli, type CommonOptions, makeCommand, onTarget } from '../command.ts';
import { connectionsOf } from '../connections-of.ts';
import { WrongUsage } from '../errors.ts';
import { workOff } from '../invoke.ts';
import { describeSubject, type SubjectOptions, subjectOf, subjectOptions } from '../subject.ts';
import { workThrough } from '../work-through.ts';

interface Options extends CommonOptions, SubjectOptions {
  since?: string;
}

// What one invocation gets, and a hundred connections a second: KMS allows several thousand calls.
const BATCH = 10;
const PAUSE_MILLISECONDS = 100;

/** `reseal` */
export function reseal(cli: Cli): Command {
  const command = makeCommand('reseal', 'Seals stored tokens and profiles under new data keys.', {
    details:
      'For the day when a data key may have leaked; services get their tokens meanwhile. refresh-connection does it: this tool opens nothing.',
    examples: [
      'reseal --owner customer-42 --local',
      'reseal --all',
      'reseal --all --since 2026-11-26T22:00:00Z',
    ],
    usesProviders: true,
  });
  return subjectOptions(command)
    .option('--since <time>', 'goes on: leaves what was sealed anew since then')
    .action((options: Options) =>
      onTarget(cli, command, async (target) => {
        const subject = await subjectOf(target, options);
        const since = secondsOf(options.since);
        const time = new Date(since * 1_000).toISOString().replace('.000Z', 'Z');
        const { resealed } = await workThrough(cli.terminal, {
          items: inBatches(connectionsOf(target, subject)),
          handle: async (keys) => {
            const messages = keys.map((key) => ({ kind: 'reseal', ...key, since }));
            const failed = await workOff(target, messages);
            return { resealed: keys.length - failed, failed };
          },
          names: { resealed: 'sealed anew' },
          nothing: 'nothing was connected',
          pauseMilliseconds: PAUSE_MILLISECONDS,
          goOn: `run the same command with --since ${time}`,
        });
        return {
          json: { status: 'resealed', ...subject, since: time, resealed },
          text: `Sealed anew: ${describeSubject(subject)} (${resealed}).`,
        };
      }),
    );
}

/** The moment in epoch seconds; now where none is given. */
function secondsOf(time: string | undefined): number {
  const seconds = Math.floor((time === undefined ? Date.now() : Date.parse(time)) / 1_000);
  if (Number.isSafeInteger(seconds)) return seconds;
  throw new WrongUsage('--since: expected a time such as 2026-11-26T22:00:00Z');
}

async function* inBatches<Item>(
  pages: AsyncGenerator<{ done: number; items: Item[] }>,
): AsyncGenerator<{ done: number; items: Item[][] }> {
  for await (const { done, items } of pages) {
    const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
      items.slice(index * BATCH, (index + 1) * BATCH),
    );
    yield { done, items: batches };
  }
}
