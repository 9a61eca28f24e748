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

/** A bundle that functions load when they need it, as `#spool`: it would make their cold start slower. */
const LATER = { in: 'shared/queues/spool.ts', out: 'spool', importedAs: '#spool' };

/**
 * Bundles every function and returns the folder of each: `index.js` (CommonJS, exporting `handler`)
 * and a `package.json` that says so; with those that load the spool, its bundle too. Beside the folders lie the source maps, esbuild's `metafile.json`
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
    entryPoints: [...entryPoints(), { in: LATER.in, out: LATER.out }],
    external: [LATER.importedAs],
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
  const text = (name: string) =>
    outputFiles.find(({ path }) => path === join(target, `${name}.js`))!.text;
  for (const [name, folder] of Object.entries(folders)) {
    const imports = text(name).includes(LATER.importedAs);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.js'), text(name));
    if (imports) writeFileSync(join(folder, `${LATER.out}.js`), text(LATER.out));
    // The project's own package.json would make an ES module of index.js, which exports nothing.
    const manifest = {
      type: 'commonjs',
      ...(imports && { imports: { [LATER.importedAs]: `./${LATER.out}.js` } }),
    };
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest)}\n`);
  }
  for (const { path, contents } of outputFiles) {
    if (path.endsWith('.map')) writeFileSync(path, contents);
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
