import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { backgroundFunctions, browserFunctions, serviceFunctions } from '../shared/routes.ts';

const ROOT = dirname(import.meta.dirname);

/** A bundle that functions load when they need it, as `#spool`: it would make their cold start slower. */
export const LATER = { in: 'shared/queues/spool.ts', out: 'spool', importedAs: '#spool' };

/**
 * What functions load from beside their bundle, so that one bundle serves every configuration. By its
 * path: to resolve a name of package.json costs a millisecond of a cold start.
 */
export const CONFIGURATION = './configuration.json';

const HOOKS = 'token-capture-hooks.js';

export interface Bundles {
  /** The text of each output by its name: `get-token.js`, `get-token.js.map`. */
  outputs: Record<string, string>;
  metafile: Metafile;
}

/**
 * Bundles every function as CommonJS that exports `handler`, with the hooks of these entries of the
 * catalog. The same sources give the same bytes.
 */
export function bundleFunctions(hooks: string[]): Bundles {
  const folder = mkdtempSync(join(tmpdir(), 'token-capture-'));
  try {
    const hooksModule = join(folder, HOOKS);
    writeFileSync(hooksModule, hooksModuleText(hooks));
    const { outputFiles, metafile } = buildSync({
      entryPoints: [...entryPoints(), { in: LATER.in, out: LATER.out }],
      external: [LATER.importedAs, CONFIGURATION],
      outdir: 'build/functions',
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
        'token-capture:configuration': CONFIGURATION,
        'token-capture:hooks': hooksModule,
        '@aws-sdk/credential-provider-node': join(ROOT, 'infra/environment-credentials.ts'),
        '@smithy/core/event-streams': join(ROOT, 'infra/no-event-streams.ts'),
      },
    });
    const outputs = outputFiles.map(({ path, text }) => [basename(path), text]);
    return { outputs: Object.fromEntries(outputs), metafile };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The bundled files of the project and of packages: all but the hooks' module, which is made here. */
export function sourcesOf({ inputs }: Metafile): string[] {
  return Object.keys(inputs).filter((path) => basename(path) !== HOOKS);
}

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

/** Hooks are imported from the files of their entries, so that no other entry is bundled. */
function hooksModuleText(entries: string[]): string {
  const file = (entry: string) => join(ROOT, `shared/providers/catalog/${entry}.ts`);
  return [
    ...entries.map((entry, at) => `import entry${at} from ${JSON.stringify(file(entry))};`),
    'export const hooks = {',
    ...entries.map((entry, at) => `  ${JSON.stringify(entry)}: entry${at}.hooks,`),
    '};',
    '',
  ].join('\n');
}
