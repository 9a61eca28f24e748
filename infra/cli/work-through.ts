import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from './errors.ts';
import type { Terminal } from './output.ts';
import { progressBar } from './progress-bar.ts';

const AT_ONCE = 5;
// So many in a row are not the connections' fault.
const FAILURES_IN_A_ROW = 10;

/** How often what came of it. */
export type Counts<Outcome extends string> = Record<Outcome | 'failed', number>;

interface Work<Item, Outcome extends string> {
  /** Items with the share of the work that was done when they came. */
  items: AsyncIterable<{ done: number; items: readonly Item[] }>;
  /** Does one, and says what came of how many; what throws as `CommandFailed` is counted as failed. */
  handle(item: Item): Promise<Partial<Record<NoInfer<Outcome> | 'failed', number>>>;
  /** What the outcomes are called. */
  names: Record<Outcome, string>;
  /** When nothing was there. */
  nothing: string;
  /** Between two items. */
  pauseMilliseconds: number;
  /** What to do after an interruption: `run the same command again`. */
  goOn: string;
}

/**
 * Works through many items, a few at once, with a bar. Throws `CommandFailed` when it is interrupted, and
 * at its end when some have failed.
 */
export async function workThrough<Item, Outcome extends string>(
  terminal: Terminal,
  { items, handle, names, nothing, pauseMilliseconds, goOn }: Work<Item, Outcome>,
): Promise<Counts<Outcome>> {
  const all: Record<string, string> = { ...names, failed: 'failed' };
  const counts = Object.fromEntries(Object.keys(all).map((name) => [name, 0])) as Counts<Outcome>;
  const said = () => words(counts, all, nothing);
  const bar = progressBar(terminal.stderr);
  const running = new Set<Promise<void>>();
  let failure: CommandFailed | undefined;
  let failuresInARow = 0;
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  process.on('SIGINT', interrupt);

  const end = async (item: Item) => {
    try {
      const came = Object.entries(await handle(item)) as [Outcome | 'failed', number][];
      for (const [outcome, count] of came) counts[outcome] += count;
      failuresInARow = 0;
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      counts.failed++;
      failuresInARow++;
      failure = error;
    }
  };
  const stops = () => interrupted || failuresInARow >= FAILURES_IN_A_ROW;
  try {
    for await (const { done, items: few } of items) {
      for (const item of few) {
        if (stops()) break;
        if (running.size >= AT_ONCE) await Promise.race(running);
        const ending = end(item).finally(() => running.delete(ending));
        running.add(ending);
        bar.show(done, said());
        await sleep(pauseMilliseconds);
      }
      if (stops()) break;
    }
    await Promise.all(running);
  } finally {
    process.removeListener('SIGINT', interrupt);
    bar.end(interrupted ? undefined : 1, said());
  }
  if (interrupted) {
    throw new CommandFailed(`interrupted (${said()}): ${goOn} to go on`, { type: 'interrupted' });
  }
  if (failure !== undefined) {
    throw new CommandFailed(`${said()}: ${goOn} to go on. The last failure: ${failure.message}`, {
      type: failure.type,
    });
  }
  return counts;
}

/** Counts in words: `12 revoked, 3 skipped`. */
export function words(
  counts: Record<string, number>,
  names: Record<string, string>,
  nothing: string,
): string {
  const said = Object.entries(counts).filter(([, count]) => count > 0);
  if (said.length === 0) return nothing;
  return said.map(([name, count]) => `${count} ${names[name] ?? name}`).join(', ');
}
