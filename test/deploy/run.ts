import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { setTimeout as sleep } from 'node:timers/promises';
import { endChildren } from './support/children.ts';
import { deploy } from './support/deploy.ts';
import { DEPLOYMENT_VARIABLE } from './support/deployment.ts';
import { SetupError } from './support/setup-error.ts';
import { makeTimings } from './support/timings.ts';

/** In this order: the last ones change the deployment, and end it. */
const THEMES = [
  'template-lint',
  'main-job',
  'permissions',
  'what-is-kept',
  'operator',
  'second-deploy',
  'destroy',
];

// node test/deploy/run.ts [theme...]; KEEP=1 leaves the folder with the logs.
const only = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'token-capture-deploy-'));
const endings: (() => Promise<unknown>)[] = [];
let ended: Promise<void> | undefined;

function end(): Promise<void> {
  ended ??= (async () => {
    await Promise.allSettled(endings.map((each) => each()));
    await endChildren();
    // A test file that was cut off is ending what it has started itself.
    if (stop.signal.aborted) await sleep(3_000);
    if (process.env['KEEP'] === undefined)
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    else console.error(`kept: ${folder}`);
  })();
  return ended;
}

const timings = makeTimings();
const counted = { passed: 0, failed: 0 };
const stop = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop.abort();
    void end().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}

try {
  const deployment = await deploy(folder, timings, (ending) => endings.push(ending));
  process.env[DEPLOYMENT_VARIABLE] = JSON.stringify(deployment);
  for (const theme of THEMES) {
    if (only.length > 0 && !only.includes(theme)) continue;
    await timings.timed(`test: ${theme}`, () => runFile(`${theme}.test.ts`));
  }
} catch (error) {
  counted.failed += 1;
  console.error(error instanceof SetupError ? error.message : error);
} finally {
  await end();
}
console.log(`\n${timings.table()}\n`);
console.log(`${counted.passed} passed, ${counted.failed} failed`);
process.exit(counted.failed > 0 || counted.passed === 0 ? 1 : 0);

function runFile(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = run({
      files: [join(import.meta.dirname, name)],
      timeout: 120_000,
      signal: stop.signal,
    });
    stream.on('test:summary', ({ file, counts }) => {
      if (file !== undefined) return;
      counted.passed += counts.passed;
      counted.failed += counts.tests - counts.passed - counts.skipped - counts.todo;
    });
    stream.once('end', resolve);
    stream.once('error', reject);
    stream.compose(spec).pipe(process.stdout, { end: false });
  });
}
