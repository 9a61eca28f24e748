/** What the build puts beside the bundles (infra/build.ts). */
declare module 'token-capture:configuration' {
  const written: import('../../shared/written-configuration.ts').WrittenConfiguration;
  export default written;
}

/** The hooks of the catalog entries that the configuration uses, by id (infra/bundle.ts). */
declare module 'token-capture:hooks' {
  export const hooks: Record<string, import('../../shared/providers/provider.ts').ProviderHooks>;
}
