import { globSync, readFileSync } from 'node:fs';
import { run } from 'node:test';

/** What each row asks for, as docs/security.md says it. */
const requirements = new Map(
  [...readFileSync('docs/security.md', 'utf8').matchAll(/^\| (\d+) \| (.+?) \|/gm)].map(
    ([, row, requirement]) => [Number(row), requirement!] as const,
  ),
);
const outcomes = new Map<number, { passed: number; failed: number }>();

/** A title begins with its rows: "row 1, row 12: ...". */
function count(title: string, passed: boolean): void {
  const [rows = ''] = title.split(':');
  for (const [, row] of rows.matchAll(/\brow (\d+)/g)) {
    const outcome = outcomes.get(Number(row)) ?? { passed: 0, failed: 0 };
    outcome[passed ? 'passed' : 'failed']++;
    outcomes.set(Number(row), outcome);
  }
}

/** Runs the security tests and tells row by row how they went. */
const stream = run({
  files: globSync('test/security/**/*.test.ts'),
  concurrency: 2,
  timeout: 300_000,
});
let failures = 0;
stream.on('test:pass', ({ name, skip }) => {
  if (!skip) count(name, true);
});
stream.on('test:fail', ({ name, details }) => {
  failures++;
  count(name, false);
  console.error(`✖ ${name}\n${details.error.message}\n`);
});
stream.on('end', () => {
  let shown = 0;
  for (const [row, requirement] of requirements) {
    const { passed, failed } = outcomes.get(row) ?? { passed: 0, failed: 0 };
    const good = passed > 0 && failed === 0;
    if (good) shown++;
    const verdict = good ? `${passed} passed` : failed > 0 ? 'FAILED' : 'NO TEST';
    console.log(`${String(row).padStart(2)}  ${verdict.padEnd(10)}  ${requirement}`);
  }
  console.log(`${shown} of ${requirements.size} rows`);
  if (shown < requirements.size || failures > 0) process.exitCode = 1;
});
stream.resume();
