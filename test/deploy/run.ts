import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endChildren, start } from './support/children.ts';
import { deploy } from './support/deploy.ts';
import { DEPLOYMENT_VARIABLE } from './support/deployment.ts';
import { SetupError } from './support/setup-error.ts';
import { makeTimings } from './support/timings.ts';

/** In this order: the last ones change the deployment, and end it. */
const THEMES = [
  'template-lint',
  'main-job',
  'events',
  'permissions',
  'what-is-kept',
  'sealing',
  'operator',
  'deleted-secret',
  'embedded',
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
    if (process.env['KEEP'] !== undefined) console.error(`kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  })();
  return ended;
}

const timings = makeTimings();
const counted = { passed: 0, failed: 0 };

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void end().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}

try {
  const deployment = await deploy(folder, timings, (ending) => endings.push(ending));
  process.env[DEPLOYMENT_VARIABLE] = JSON.stringify(deployment);
  for (const theme of THEMES) {
    if (ended !== undefined) break;
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

/**
 * In a process group of its own: the test runner's own way to end on a signal would end this process
 * before it has stopped everything.
 */
async function runFile(name: string): Promise<void> {
  const report = join(folder, `${name}.tap`);
  const child = start(
    process.execPath,
    [
      ...['--test', '--test-timeout', '120000'],
      ...['--test-reporter', 'spec', '--test-reporter-destination', 'stdout'],
      ...['--test-reporter', 'tap', '--test-reporter-destination', report],
      join(import.meta.dirname, name),
    ],
    { stdio: 'inherit' },
  );
  await once(child, 'close');
  const count = (word: string) =>
    Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(readFileSync(report, 'utf8'))?.[1] ?? 0);
  counted.passed += count('pass');
  counted.failed += count('fail') + count('cancelled');
  if (child.exitCode !== 0 && counted.failed === 0) counted.failed += 1;
}
