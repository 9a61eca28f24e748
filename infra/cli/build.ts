import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = dirname(dirname(import.meta.dirname));

/**
 * Bundles the operator's tool into one executable file, for Node 20 and newer. Its folder gets a
 * `package.json` that says how Node reads it. Node runs no TypeScript under `node_modules`, so an
 * installed tool has to be JavaScript.
 */
export function buildCli(outfile: string): void {
  const file = resolve(outfile);
  buildSync({
    entryPoints: ['infra/cli/main.ts'],
    absWorkingDir: ROOT,
    outfile: file,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: '#!/usr/bin/env node' },
  });
  writeFileSync(join(dirname(file), 'package.json'), '{"type":"commonjs"}\n');
  chmodSync(file, 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  buildCli(join(ROOT, 'build/cli/token-capture.js'));
}
