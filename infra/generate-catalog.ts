import { readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../shared/providers/catalog/', import.meta.url);
const index = new URL('../shared/providers/catalog.ts', import.meta.url);

/** The text of `shared/providers/catalog.ts`, from the files beside it. */
export function catalogIndex(): string {
  const ids = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
  const identifier = (id: string) => id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  const member = (id: string) => (identifier(id) === id ? id : `'${id}': ${identifier(id)}`);
  return `// Made by "npm run generate" from the files of catalog/.
${ids.map((id) => `import ${identifier(id)} from './catalog/${id}.ts';`).join('\n')}
import type { ProviderEntry } from './provider.ts';

/** The whole catalog by id, as its files say it. */
export const catalog: Record<string, ProviderEntry> = {
${ids.map((id) => `  ${member(id)},`).join('\n')}
};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(index, catalogIndex());
