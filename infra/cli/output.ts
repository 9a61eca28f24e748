import type { Writable } from 'node:stream';

/** Where the tool reads and writes; tests give their own. */
export interface Terminal {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: Writable;
  stderr: Writable;
}

/** What a command has to say when it is done. */
export interface Result {
  /** The one value of `--json`. */
  json: unknown;
  /** Standard output for a person. */
  text: string;
  /** What to know or do next, on standard error. */
  notes?: string[];
}

export function writeResult({ stdout, stderr }: Terminal, result: Result, json: boolean): void {
  if (json) stdout.write(`${JSON.stringify(result.json, null, 2)}\n`);
  else if (result.text !== '') stdout.write(`${result.text}\n`);
  for (const note of result.notes ?? []) stderr.write(`${note}\n`);
}
