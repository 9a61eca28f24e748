import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { isLoopbackUrl } from '../../shared/address.ts';
import { CommandFailed } from './errors.ts';

// Secrets go to these addresses: a file that somebody else wrote must not send them elsewhere.
const loopback = v.pipe(
  v.string('expected a URL'),
  v.check(
    (value) => URL.canParse(value) && isLoopbackUrl(new URL(value)),
    'expected a URL on this machine',
  ),
);

const schema = v.object({
  url: loopback,
  pid: v.pipe(v.number('expected a process id'), v.integer(), v.minValue(1)),
  endpoints: v.object({
    lambda: loopback,
    dynamodb: loopback,
    secretsManager: loopback,
    sqs: loopback,
  }),
  stackName: v.optional(v.string('expected a name'), 'TokenCapture'),
  configuration: v.optional(v.unknown()),
});

/** What a running `npm start` says of itself. */
export type Runtime = v.InferOutput<typeof schema>;

/** Finds the local run whose data folder it is; `CommandFailed` where none is running. */
export function readRuntime(folder: string): Runtime {
  const path = join(folder, 'runtime.json');
  const result = v.safeParse(schema, parse(path, folder));
  if (!result.success) {
    const [issue] = result.issues;
    throw new CommandFailed(
      `${path}: ${v.getDotPath(issue) ?? 'content'}: ${issue.message}; start the local run again with npm start`,
      { type: 'local_run_unreadable' },
    );
  }
  if (!isRunning(result.output.pid)) throw notRunning(folder);
  return result.output;
}

function parse(path: string, folder: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw notRunning(folder);
    throw new CommandFailed(`${path} cannot be read: start the local run again with npm start`, {
      type: 'local_run_unreadable',
    });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function notRunning(folder: string): CommandFailed {
  return new CommandFailed(
    `nothing runs here (data folder ${folder}): start it with npm start, or name its folder with --data`,
    { type: 'local_run_not_found' },
  );
}
