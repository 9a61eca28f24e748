import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

const ROOT = dirname(dirname(import.meta.dirname));

export interface LocalCommand {
  child: ChildProcess;
  output: { stdout: string; stderr: string };
  /** The exit status, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  /** The lines of standard output once there are so many; rejects when the command ends before. */
  lines(count: number): Promise<string[]>;
}

/** Runs what `npm start` runs; it ends with the test at the latest. */
export function startCommand(t: Pick<TestContext, 'after'>, options: string[]): LocalCommand {
  const start = join(ROOT, 'infra/local/start.ts');
  const child = spawn(process.execPath, [start, ...options], { cwd: ROOT });
  const output = { stdout: '', stderr: '' };
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('close', (status, signal) => resolve(status ?? signal!)),
  );
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines = async (count: number) => {
    for (;;) {
      const found = output.stdout.split('\n').slice(0, -1);
      if (found.length >= count) return found;
      const more = new Promise<undefined>((resolve) =>
        child.stdout.once('data', () => resolve(undefined)),
      );
      const status = await Promise.race([more, ended]);
      if (status !== undefined) throw new Error(`ended with ${status}: ${output.stderr}`);
    }
  };
  return { child, output, ended, lines };
}

/** A port that is free, and so is the next one. */
export async function freePortPair(): Promise<number> {
  for (;;) {
    const port = await tryListen(0);
    if (port < 65_535 && (await tryListen(port + 1).catch(() => 0)) !== 0) return port;
  }
}

function tryListen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = server.address() as AddressInfo;
      server.close(() => resolve(taken));
    });
  });
}
