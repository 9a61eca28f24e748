import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '../support/local.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const PARTS = [
  'functions',
  'infra',
  'shared',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

test('bundles are made once, and again when a source, a rule or what was kept has changed', async (t) => {
  // The project once more, where the test may change it.
  const folder = await temporaryFolder(t);
  for (const part of PARTS) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const { keptBundles }: typeof import('../../infra/kept-bundles.ts') = await import(
    pathToFileURL(join(folder, 'infra/kept-bundles.ts')).href
  );
  const file = join(folder, 'build/bundles/functions.json');
  let last = 0;
  const build = () => {
    const bundle = keptBundles([]).outputs['get-token.js']!;
    const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
    const made = mtimeMs !== last;
    last = mtimeMs;
    return { bundle, made };
  };

  const first = build();
  assert.deepEqual(build(), { bundle: first.bundle, made: false });

  appendFileSync(join(folder, 'functions/service/get-token.ts'), "console.log('changed');\n");
  const changed = build();
  assert.match(changed.bundle, /console\.log\("changed"\)/);

  appendFileSync(join(folder, 'package-lock.json'), '\n');
  assert.deepEqual(build(), changed);

  truncateSync(file, 1000);
  assert.deepEqual(build(), changed);

  // Saved while esbuild reads: whatever it has read, the next build has it all.
  const source = join(folder, 'functions/service/disconnect.ts');
  truncateSync(file, 1000);
  const save = `require('fs').appendFileSync(${JSON.stringify(source)}, "console.log('saved');")`;
  const saving = once(spawn(process.execPath, ['-e', save]), 'exit');
  build();
  await saving;
  assert.match(keptBundles([]).outputs['disconnect.js']!, /console\.log\("saved"\)/);
});
