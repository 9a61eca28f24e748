import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigurationError } from '../shared/errors.ts';
import type { ProviderEntry } from '../shared/providers/provider.ts';
import { resolveProvider } from '../shared/providers/resolve.ts';

interface CatalogFile {
  file: string;
  text: string;
  entry: ProviderEntry;
}

/** What is wrong with the files of a catalog: `file:line field: what was expected`, a line each. */
export async function checkCatalog(folder: string): Promise<string[]> {
  const files: CatalogFile[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.ts')) continue;
    const path = join(folder, file);
    const { default: entry } = await import(pathToFileURL(path).href);
    files.push({ file, text: readFileSync(path, 'utf8'), entry });
  }
  // The first file of an id holds it; the others are told so.
  const catalog: Record<string, ProviderEntry> = {};
  for (const { entry } of files) catalog[entry?.id] ??= entry;
  return files.flatMap((each) => {
    const problem = problemOf(each, files, catalog);
    if (problem === undefined) return [];
    const { field, expected } = problem;
    return [`${each.file}:${lineOf(each.text, field)} ${field || 'entry'}: ${expected}`];
  });
}

interface Problem {
  field: string;
  expected: string;
}

function problemOf(
  { file, entry }: CatalogFile,
  files: CatalogFile[],
  catalog: Record<string, ProviderEntry>,
): Problem | undefined {
  try {
    resolveProvider(entry, catalog, 'entry');
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return {
      field: error.key.replace(/^entry\.?/, ''),
      expected: error.message.slice(error.key.length + ': '.length),
    };
  }
  const other = files.find((each) => each.entry?.id === entry.id && each.file < file);
  if (other !== undefined)
    return { field: 'id', expected: `"${entry.id}" is in ${other.file} already` };
  return file === `${entry.id}.ts`
    ? undefined
    : { field: 'id', expected: `expected the name of its file, found "${entry.id}"` };
}

/** The line where a field stands, or the innermost of those around it that are there; else the entry's. */
function lineOf(text: string, field: string): number {
  const lines = text.split('\n');
  let line = Math.max(
    0,
    lines.findIndex((each) => each.includes('defineProvider({')),
  );
  for (const step of field.split('.')) {
    const name = step.replace(/[^\w]/g, '\\$&');
    const found = lines.findIndex(
      (each, index) => index >= line && new RegExp(`(^|[\\s{])['"]?${name}['"]?\\s*:`).test(each),
    );
    if (found !== -1) line = found;
  }
  return line + 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = 'shared/providers/catalog';
  const problems = await checkCatalog(fileURLToPath(new URL(`../${folder}`, import.meta.url)));
  for (const problem of problems) console.error(`${folder}/${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
