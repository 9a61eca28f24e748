import { createWriteStream, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePortPair } from '../../support/local-command.ts';
import { start } from './children.ts';
import { SetupError } from './setup-error.ts';

const LAUNCHER = join(import.meta.dirname, '../emulator');

/** The account and region that it has. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/**
 * Starts the emulator on a free port, with IAM enforced, and returns its address. It hands its own
 * environment on to every function, so it is given none of this one.
 */
export async function startEmulator(bin: string, folder: string): Promise<string> {
  const port = await freePortPair();
  const endpoint = `http://127.0.0.1:${port}`;
  const temporary = join(folder, 'emulator');
  mkdirSync(temporary);
  const child = start(join(bin, 'python'), [LAUNCHER], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      // The first "node" runs the functions.
      PATH: [dirname(process.execPath), bin, '/usr/bin', '/bin'].join(delimiter),
      HOME: temporary,
      TMPDIR: temporary,
      PYTHONDONTWRITEBYTECODE: '1',
      AUTH: 'true',
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: 'localhost',
      AWS_ENDPOINT_URL: endpoint,
    },
  });
  const log = createWriteStream(join(folder, 'emulator.log'));
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.pipe(log, { end: false });
    stream.on('data', (text) => {
      output = `${output}${text}`.slice(-4_000);
    });
  }
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new SetupError(`the emulator ended: ${output}`);
    const health = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (health?.ok) return endpoint;
    await sleep(100);
  }
  throw new SetupError(`the emulator is not up after 30 seconds: ${output}`);
}
