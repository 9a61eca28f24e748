import { globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const folders = process.argv.slice(2);
const all = ['unit', 'integration', 'providers', 'security', 'faults', 'fuzz', 'browser'];
const files = (folders.length > 0 ? folders : all).flatMap((folder) =>
  globSync(`test/${folder}/**/*.test.ts`),
);

/** Runs the test files, three at a time since many wait for a clock, and closes with one line that a script can read. */
const counted = { passed: 0, failed: 0 };
// A hundred thousand cases of a property take minutes.
const timeout = folders.includes('fuzz') ? 3_600_000 : 300_000;
const stream = run({ files, concurrency: 3, timeout });
stream.on('test:summary', ({ file, counts }) => {
  if (file === undefined) {
    counted.passed = counts.passed;
    counted.failed = counts.tests - counts.passed - counts.skipped - counts.todo;
  }
});
stream.on('end', () => {
  process.stdout.write(`${counted.passed} passed, ${counted.failed} failed\n`);
  if (counted.failed > 0 || counted.passed === 0) process.exitCode = 1;
});
stream.compose(spec).pipe(process.stdout);
