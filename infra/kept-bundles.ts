import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from 'esbuild';
import { type Bundles, bundleFunctions, sourcesOf } from './bundle.ts';

const ROOT = dirname(import.meta.dirname);
const FOLDER = join(ROOT, 'build/bundles');

/** What decides, beside the bundled sources, how they are bundled. */
const RULES = [
  ...['infra/bundle.ts', 'package.json', 'package-lock.json', 'tsconfig.json'],
  // What is installed, which may be other than what is locked.
  'node_modules/.package-lock.json',
];

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
  const begun = Date.now();
  const bundles = bundleFunctions(hooks);
  // What was saved meanwhile is in the digest, and may not be in the bundle.
  if (filesOf(bundles).every((path) => statSync(join(ROOT, path)).ctimeMs < begun)) {
    keep(file, { ...bundles, digest: digestOf(bundles) });
  }
  return bundles;
}

/** By their paths in the project. A package that is installed has no lockfile of its own. */
function filesOf({ metafile }: Bundles): string[] {
  return [...sourcesOf(metafile), ...RULES.filter((path) => existsSync(join(ROOT, path)))];
}

function digestOf(bundles: Bundles): string {
  const hash = createHash('sha256').update(version);
  for (const path of filesOf(bundles)) {
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
  const temporary = `${file}.${randomUUID()}`;
  try {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(temporary, JSON.stringify(kept));
    renameSync(temporary, file);
  } catch {
    // A package may lie where nothing can be written: it is bundled each time.
  }
}
