import type { Configuration } from './configuration.ts';
import type { Provider, ProviderHooks } from './providers/provider.ts';

/** The configuration as data: in place of a provider's hooks stands the catalog entry that has them. */
export interface WrittenConfiguration extends Omit<Configuration, 'providers'> {
  providers: Record<string, Omit<Provider, 'hooks'> & { hooks?: string }>;
}

/** The configuration again, with the hooks of catalog entries by their id. */
export function readConfiguration(
  { providers, ...rest }: WrittenConfiguration,
  hooks: Record<string, ProviderHooks>,
): Configuration {
  const read = ({ hooks: entry, ...data }: WrittenConfiguration['providers'][string]) =>
    entry === undefined ? data : { ...data, hooks: hooks[entry]! };
  return {
    ...rest,
    providers: Object.fromEntries(
      Object.entries(providers).map(([id, provider]) => [id, read(provider)]),
    ),
  };
}
