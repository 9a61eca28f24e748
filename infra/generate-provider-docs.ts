import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalog } from '../shared/providers/catalog.ts';
import type { Provider } from '../shared/providers/provider.ts';
import { resolveProvider } from '../shared/providers/resolve.ts';
import { providerPage } from './provider-page.ts';

const folder = new URL('../docs/providers/', import.meta.url);

/** Every page of `docs/providers/` by its file name, made of the catalog. */
export function providerDocs(): Record<string, string> {
  const providers = Object.values(catalog).map((entry) =>
    resolveProvider(entry, catalog, `catalog.${entry.id}`),
  );
  const pages = providers.map((provider) => [
    `${provider.id}.md`,
    providerPage(provider, catalog[provider.id]!.extends),
  ]);
  return { 'README.md': index(providers), ...Object.fromEntries(pages) };
}

function index(providers: Provider[]): string {
  const rows = providers.map(
    ({ id, name, scopes, checked }) =>
      `| [${name}](${id}.md) | \`${id}\` | ${scopes.map((scope) => `\`${scope}\``).join(' ') || 'none'} | ${checked} |`,
  );
  return `<!-- Made by "npm run generate" from shared/providers/catalog/. -->
# Providers

Name the ids that you want in [\`cdk.json\`](../configuration.md); any other server is [a few lines](../new-provider.md).

| Provider | Id | Asked for unless you say otherwise | Checked |
|---|---|---|---|
${rows.join('\n')}
`;
}

function write(): void {
  mkdirSync(folder, { recursive: true });
  const pages = providerDocs();
  for (const file of readdirSync(folder)) if (!(file in pages)) rmSync(new URL(file, folder));
  for (const [file, text] of Object.entries(pages)) writeFileSync(new URL(file, folder), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) write();
