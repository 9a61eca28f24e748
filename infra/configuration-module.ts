import { fileURLToPath } from 'node:url';
import type { Configuration } from '../shared/configuration.ts';
import { ConfigurationError } from '../shared/errors.ts';
import { catalog } from '../shared/providers/catalog.ts';
import type { Provider, ProviderHooks } from '../shared/providers/provider.ts';

/**
 * The text of the module that the bundles import as `token-capture:configuration`: literals, and the
 * hooks imported from the files of the catalog that they stand in, so that no other entry is bundled.
 */
export function configurationModule(configuration: Configuration): string {
  const imports: string[] = [];
  const providers = Object.values(configuration.providers).map(({ hooks, ...data }) => {
    if (hooks === undefined) return `    ${literal(data.id)}: ${literal(data)},`;
    const name = `entry${imports.length}`;
    imports.push(`import ${name} from ${literal(catalogFile(data, hooks))};`);
    return `    ${literal(data.id)}: { ...${literal(data)}, hooks: ${name}.hooks },`;
  });
  const { providers: _providers, ...rest } = configuration;
  return [
    ...imports,
    'export const configuration = {',
    `  ...${literal(rest)},`,
    '  providers: {',
    ...providers,
    '  },',
    '};',
    '',
  ].join('\n');
}

const literal = (value: unknown) => JSON.stringify(value);

/** The file of the entry whose hooks these are: the provider itself, or the one that it extends. */
function catalogFile({ id }: Pick<Provider, 'id'>, hooks: ProviderHooks): string {
  const owner = Object.values(catalog).find(
    (entry) => entry.hooks !== undefined && sameHooks(entry.hooks, hooks),
  );
  if (owner === undefined) {
    throw new ConfigurationError(
      `providers.${id}.hooks`,
      'expected those of a catalog entry: code of your own belongs in a file of the catalog',
    );
  }
  return fileURLToPath(
    new URL(`../shared/providers/catalog/${owner.id}.ts`, import.meta.url),
  ).replaceAll('\\', '/');
}

// Validation copies the object and keeps its functions.
function sameHooks(one: ProviderHooks, other: ProviderHooks): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof ProviderHooks>;
  return [...names].every((name) => one[name] === other[name]);
}
