import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import type { Configuration } from '../shared/configuration.ts';
import {
  backgroundFunctions,
  browserFunctions,
  type FunctionName,
  serviceFunctions,
} from '../shared/routes.ts';
import { configurationModule } from './configuration-module.ts';

const ROOT = dirname(import.meta.dirname);

export interface BuildOptions {
  /** Written into the bundles as literals. */
  configuration: Configuration;
  /**
   * Where the bundles go; default `build/functions`. Two configurations that are built at the same
   * time need two folders.
   */
  outdir?: string;
}

/**
 * Bundles every function and returns the folder of each: `index.js` (CommonJS, exporting `handler`)
 * and a `package.json` that says so. Beside the folders lie the source maps, esbuild's `metafile.json`
 * and the configuration's module. The same sources and configuration give the same bytes.
 *
 * Synchronous, as the constructs that use it are. Throws `ConfigurationError` for a provider whose
 * hooks are not the catalog's.
 */
export function buildFunctions({
  configuration,
  outdir = 'build/functions',
}: BuildOptions): Record<FunctionName, string> {
  const target = resolve(outdir);
  mkdirSync(target, { recursive: true });
  const configurationPath = join(target, 'configuration.js');
  writeFileSync(configurationPath, configurationModule(configuration));

  const { outputFiles, metafile } = buildSync({
    entryPoints: entryPoints(),
    outdir: target,
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    // A map in the function costs 9 ms at load and 37 ms at the first stack trace.
    sourcemap: 'external',
    logLevel: 'silent',
    alias: {
      'token-capture:configuration': configurationPath,
      '@aws-sdk/credential-provider-node': join(ROOT, 'infra/environment-credentials.ts'),
      '@smithy/core/event-streams': join(ROOT, 'infra/no-event-streams.ts'),
    },
  });

  const folders = Object.fromEntries(
    entryPoints().map(({ out: name }) => [name, join(target, name)]),
  ) as Record<FunctionName, string>;
  for (const folder of Object.values(folders)) {
    mkdirSync(folder, { recursive: true });
    // The project's own package.json would make an ES module of index.js, which exports nothing.
    writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  }
  for (const { path, contents } of outputFiles) {
    writeFileSync(path.endsWith('.map') ? path : bundlePath(path), contents);
  }
  writeFileSync(join(target, 'metafile.json'), JSON.stringify(metafile));
  return folders;
}

/** A function's output is named for it, so that its map, and no more, lies beside its folder. */
function entryPoints() {
  const rooms = {
    browser: browserFunctions,
    service: serviceFunctions,
    background: backgroundFunctions,
  };
  return Object.entries(rooms).flatMap(([room, names]) =>
    names.map((name) => ({ in: `functions/${room}/${name}.ts`, out: name as string })),
  );
}

function bundlePath(output: string): string {
  return join(output.slice(0, -'.js'.length), 'index.js');
}
