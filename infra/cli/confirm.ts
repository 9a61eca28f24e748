import { createInterface } from 'node:readline';
import { CommandFailed, WrongUsage } from './errors.ts';
import type { Terminal } from './output.ts';

/** Asks on a terminal; elsewhere `--yes` must have been given. Throws when the answer is not yes. */
export async function confirm(
  { stdin, stderr }: Terminal,
  question: string,
  yes: boolean,
): Promise<void> {
  if (yes) return;
  if (!stdin.isTTY) throw new WrongUsage('there is no terminal to ask on: add --yes');
  const lines = createInterface({ input: stdin, output: stderr });
  stderr.write(`${question} (yes/no) `);
  const answer = await new Promise<string>((resolve) => {
    lines.once('line', resolve);
    // Ctrl+C and Ctrl+D.
    lines.once('close', () => resolve('no'));
  });
  lines.close();
  if (answer.trim() !== 'yes') throw new CommandFailed('cancelled: nothing was done');
}
