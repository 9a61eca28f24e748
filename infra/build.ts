import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Configuration } from '../shared/configuration.ts';
import type { FunctionName } from '../shared/routes.ts';
import { CONFIGURATION, LATER } from './bundle.ts';
import { keptBundles } from './kept-bundles.ts';
import { mapFunctions } from './map-functions.ts';
import { writeConfiguration } from './write-configuration.ts';

export interface BuildOptions {
  /** Written beside the bundles, as data. */
  configuration: Configuration;
  /**
   * Where the functions go; default `build/functions`. Two configurations that are built at the same
   * time need two folders.
   */
  outdir?: string;
}

/**
 * Makes every function and returns the folder of each: its bundle `index.js`, what the bundle
 * loads from beside it (`configuration.json`, `spool.js`), and a `package.json` that says how.
 * Beside the folders lie the source maps and esbuild's `metafile.json`. The same sources and
 * configuration give the same bytes in every folder.
 *
 * Synchronous, as the constructs that use it are. Throws `ConfigurationError` for a provider whose
 * hooks are not the catalog's.
 */
export function buildFunctions({
  configuration,
  outdir = 'build/functions',
}: BuildOptions): Record<FunctionName, string> {
  const target = resolve(outdir);
  const written = writeConfiguration(configuration);
  const hooks = Object.values(written.providers).flatMap((provider) => provider.hooks ?? []);
  const { outputs, metafile } = keptBundles([...new Set(hooks)].sort());

  const configurationText = `${JSON.stringify(written)}\n`;

  const folders = mapFunctions((name) => join(target, name));
  for (const [name, folder] of Object.entries(folders)) {
    const bundle = outputs[`${name}.js`]!;
    const later = bundle.includes(LATER.importedAs);
    // The project's own package.json would make an ES module of index.js, which exports nothing.
    const manifest = {
      type: 'commonjs',
      ...(later && { imports: { [LATER.importedAs]: `./${LATER.out}.js` } }),
    };
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.js'), bundle);
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest)}\n`);
    if (bundle.includes(CONFIGURATION))
      writeFileSync(join(folder, CONFIGURATION), configurationText);
    if (later) writeFileSync(join(folder, `${LATER.out}.js`), outputs[`${LATER.out}.js`]!);
  }
  for (const [name, text] of Object.entries(outputs)) {
    if (name.endsWith('.map')) writeFileSync(join(target, name), text);
  }
  writeFileSync(join(target, 'metafile.json'), JSON.stringify(metafile));
  return folders;
}
