import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';

const HISTORIES = Number(process.env['HISTORIES'] ?? 1_000);

describe('histories of one connection', { concurrency: true }, () => {
  for (const graceMilliseconds of [0, 3_600_000]) {
    const histories = HISTORIES / 2;
    const title = `row 16: ${histories} histories at a provider with ${graceMilliseconds} ms of grace`;
    test(title, async () => {
      const script = new URL('../support/model-histories.ts', import.meta.url);
      await once(new Worker(script, { workerData: { histories, graceMilliseconds } }), 'exit');
    });
  }
});
