import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** Runs the test files and closes with one line that a script can read. */

const folders = process.argv.slice(2);
// Those that wait longest come first, so that none of them runs alone at the end.
const all = ['faults', 'providers', 'browser', 'security', 'integration', 'unit', 'fuzz'];
const files = (folders.length > 0 ? folders : all).flatMap((folder) =>
  globSync(`test/${folder}/**/*.test.ts`),
);

// Every file is a process, and would compile the same sources again.
const compiled = mkdtempSync(join(tmpdir(), 'token-capture-compiled-'));
process.env['NODE_COMPILE_CACHE'] = compiled;

const counted = { passed: 0, failed: 0 };
// A hundred thousand cases of a property take minutes.
const timeout = folders.includes('fuzz') ? 3_600_000 : 300_000;
// Many wait for a clock: with a file for each core, the cores stand still.
const stream = run({ files, concurrency: 4, timeout });
stream.on('test:summary', ({ file, counts }) => {
  if (file === undefined) {
    counted.passed = counts.passed;
    counted.failed = counts.tests - counts.passed - counts.skipped - counts.todo;
  }
});
stream.on('end', () => {
  // A process that a test left behind may still write there.
  rmSync(compiled, { recursive: true, force: true, maxRetries: 5 });
  process.stdout.write(`${counted.passed} passed, ${counted.failed} failed\n`);
  if (counted.failed > 0 || counted.passed === 0) process.exitCode = 1;
});
stream.compose(spec).pipe(process.stdout);
