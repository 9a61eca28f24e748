import type { ProviderEntry } from '../../shared/providers/provider.ts';

/** The demo provider as a configuration would describe it. */
export function demoEntry(id: string, issuer: string): ProviderEntry {
  return {
    id,
    name: 'Demo',
    issuer,
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    // OpenID Connect Core section 11: offline_access is dropped where consent is not asked for.
    authorizationParameters: { prompt: 'consent' },
    account: 'sub',
    accountName: 'name',
    accountEmail: 'email',
  };
}
