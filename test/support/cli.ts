import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCli } from '../../infra/cli/build.ts';

let built: string | undefined;

/** The tool as it is installed, built once in a test file. */
function builtTool(): string {
  if (built === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'token-capture-tool-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    built = join(folder, 'token-capture.js');
    buildCli(built);
  }
  return built;
}

export interface CliOutcome {
  status: number | null;
  stdout: string;
  stderr: string;
  /** Standard output as JSON; throws where it is not exactly one value. */
  json(): unknown;
}

export interface CliRun {
  /** Standard input, which then ends; nothing by default. */
  input?: string;
  environment?: Record<string, string>;
  /** The file that is run; default: the built tool. */
  main?: string;
  /** Called with the process while it runs. */
  meanwhile?: (child: ChildProcess) => Promise<void>;
}

/** Runs the operator's tool as a process that has no terminal and none of this machine's AWS settings. */
export function runTool(
  argv: readonly string[],
  { input = '', environment = {}, main, meanwhile }: CliRun = {},
): Promise<CliOutcome> {
  const child = spawn(process.execPath, [main ?? builtTool(), ...argv], {
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  // It may end without reading.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  void meanwhile?.(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) =>
      resolve({ status, ...output, json: () => JSON.parse(output.stdout) }),
    );
  });
}
