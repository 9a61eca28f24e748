import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();

// In a test file: what it starts belongs to its own group, which ends with it.
const inTest = process.env['NODE_TEST_CONTEXT'] !== undefined;

/** Starts a program in a process group of its own, which `endChildren` ends as a whole. */
export function start(program: string, args: string[], options: SpawnOptions): ChildProcess {
  const child = spawn(program, args, { ...options, detached: !inTest });
  running.add(child);
  child.once('close', () => running.delete(child));
  // A program that is not there.
  child.once('error', () => running.delete(child));
  return child;
}

export interface Ended {
  status: number | null;
  /** Both streams, in order. */
  output: string;
  stdout: string;
}

/** Runs a program to its end. */
export async function runProgram(
  program: string,
  args: string[],
  { input, ...options }: SpawnOptions & { input?: string } = {},
): Promise<Ended> {
  const child = start(program, args, { ...options, stdio: 'pipe' });
  let output = '';
  let stdout = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (stream === child.stdout) stdout += text;
    });
  }
  child.stdin!.on('error', () => undefined).end(input);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, output, stdout };
}

/** Ends everything that is still running, at once where it does not end in time. */
export async function endChildren(): Promise<void> {
  await Promise.all([...running].map(endChild));
}

export async function endChild(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const ended = once(child, 'close');
  const force = setTimeout(() => signal(child, 'SIGKILL'), 5_000);
  signal(child, 'SIGTERM');
  await ended;
  clearTimeout(force);
  // What the program started itself and left behind.
  signal(child, 'SIGKILL');
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
