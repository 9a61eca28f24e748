import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from 'esbuild';
import { type Bundles, bundleFunctions, sourcesOf } from './bundle.ts';

const ROOT = dirname(import.meta.dirname);
const FOLDER = join(ROOT, 'build/bundles');

/** What decides, beside the bundled sources, how they are bundled. */
const RULES = ['infra/bundle.ts', 'package.json', 'package-lock.json', 'tsconfig.json'];

interface Kept extends Bundles {
  /** Of every source's bytes. */
  digest: string;
}

/**
 * `bundleFunctions`, once for the same bytes of all sources: what it made is kept in
 * `build/bundles`, since bundling takes many times as long as looking whether a source has changed.
 */
export function keptBundles(hooks: string[]): Bundles {
  const file = join(FOLDER, `${['functions', ...hooks].join('+')}.json`);
  const kept = unchanged(file);
  if (kept !== undefined) return kept;
  const bundles = bundleFunctions(hooks);
  keep(file, { ...bundles, digest: digestOf(bundles) });
  return bundles;
}

function digestOf({ metafile }: Bundles): string {
  const hash = createHash('sha256').update(version);
  // A package that is installed has no lockfile of its own.
  const rules = RULES.filter((path) => existsSync(join(ROOT, path)));
  for (const path of [...sourcesOf(metafile), ...rules]) {
    const bytes = readFileSync(join(ROOT, path));
    hash.update(`\0${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function unchanged(file: string): Bundles | undefined {
  try {
    const kept: Kept = JSON.parse(readFileSync(file, 'utf8'));
    return kept.digest === digestOf(kept) ? kept : undefined;
  } catch {
    // There is none, it was cut off, or a source has gone.
    return undefined;
  }
}

/** Whole or not at all, for a process that reads meanwhile. */
function keep(file: string, kept: Kept): void {
  const temporary = `${file}.${process.pid}`;
  try {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(temporary, JSON.stringify(kept));
    renameSync(temporary, file);
  } catch {
    // A package may lie where nothing can be written: it is bundled each time.
  }
}
