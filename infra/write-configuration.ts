import type { Configuration } from '../shared/configuration.ts';
import { ConfigurationError } from '../shared/errors.ts';
import { catalog } from '../shared/providers/catalog.ts';
import type { Provider, ProviderHooks } from '../shared/providers/provider.ts';
import type { WrittenConfiguration } from '../shared/written-configuration.ts';

/** The configuration as data. Throws `ConfigurationError` for hooks that are not the catalog's. */
export function writeConfiguration({ providers, ...rest }: Configuration): WrittenConfiguration {
  const write = ({ hooks, ...data }: Provider) =>
    hooks === undefined ? data : { ...data, hooks: catalogEntry(data, hooks) };
  return {
    ...rest,
    providers: Object.fromEntries(
      Object.entries(providers).map(([id, provider]) => [id, write(provider)]),
    ),
  };
}

/** The id of the entry whose hooks these are: the provider's own, or that of the one it extends. */
function catalogEntry({ id }: Pick<Provider, 'id'>, hooks: ProviderHooks): string {
  const owner = Object.values(catalog).find(
    (entry) => entry.hooks !== undefined && sameHooks(entry.hooks, hooks),
  );
  if (owner === undefined) {
    throw new ConfigurationError(
      `providers.${id}.hooks`,
      'expected those of a catalog entry: code of your own belongs in a file of the catalog',
    );
  }
  return owner.id;
}

// Validation copies the object and keeps its functions.
function sameHooks(one: ProviderHooks, other: ProviderHooks): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof ProviderHooks>;
  return [...names].every((name) => one[name] === other[name]);
}
