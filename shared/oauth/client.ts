import { ConfigurationError, ProviderRejected } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../secret.ts';
import type { ClientSecrets, StoredClient } from '../secrets/client-secrets.ts';
import { secretName } from '../secrets/secret-name.ts';
import type { Server, Servers } from './server.ts';

/** Everything a request to a provider needs. */
export interface ProviderContext {
  provider: Provider;
  server: Server;
  client: StoredClient;
  /** What is sent as the client's secret: the stored one, or what the provider's hook makes of it. */
  clientSecret: Secret | undefined;
  ports: Ports;
}

export interface ProviderDeps {
  servers: Servers;
  secrets: ClientSecrets;
  ports: Ports;
}

/** Keycloak answers a wrong secret with `unauthorized_client`; so does Entra in places. */
export const CLIENT_REFUSED = ['invalid_client', 'unauthorized_client'];

/**
 * Runs `use` with the provider's client. Where the provider refuses the client, the secret is read
 * again and, if it has changed, `use` runs once more: a rotation fails nobody.
 * `tokenOrigin`: where stored tokens came from; they go to no other host.
 */
export async function withProvider<T>(
  deps: ProviderDeps,
  provider: Provider,
  use: (context: ProviderContext) => Promise<T>,
  tokenOrigin?: string,
): Promise<T> {
  const server = await deps.servers(provider);
  const client = await deps.secrets.get(provider.id);
  requireSameOrigin(server, provider, tokenOrigin, 'the stored tokens');
  try {
    return await use(await contextFor(deps, provider, server, client));
  } catch (error) {
    if (!(error instanceof ProviderRejected) || !CLIENT_REFUSED.includes(error.error)) throw error;
    const newer = await deps.secrets.refresh(provider.id);
    if (sameClient(client, newer)) throw error;
    deps.ports.log.info('client secret changed, trying again', { provider: provider.id });
    return use(await contextFor(deps, provider, server, newer));
  }
}

async function contextFor(
  deps: ProviderDeps,
  provider: Provider,
  server: Server,
  client: StoredClient,
): Promise<ProviderContext> {
  requireSameOrigin(server, provider, client.tokenOrigin, "the client's secret");
  for (const [field, what] of Object.entries(provider.clientFields)) {
    if (client.fields[field]) continue;
    throw new ConfigurationError(`${secretName(provider.id)}.${field}`, `expected ${what}`);
  }
  const clientSecret =
    provider.hooks?.clientSecret === undefined
      ? client.clientSecret
      : await provider.hooks.clientSecret(client, deps.ports.now());
  return { provider, server, client, clientSecret, ports: deps.ports };
}

/** The headers that the provider insists on. */
export function providerHeaders({
  provider,
  client,
}: Pick<ProviderContext, 'provider' | 'client'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(provider.headers).map(([name, value]) => [
      name,
      value.replaceAll('{client_id}', client.clientId),
    ]),
  );
}

function requireSameOrigin(
  server: Server,
  provider: Provider,
  origin: string | undefined,
  what: string,
): void {
  if (origin === undefined || origin === server.tokenOrigin) return;
  throw new ConfigurationError(
    `providers.${provider.id}.tokenUrl`,
    `${what} belong to ${origin}, but the configuration now names ${server.tokenOrigin}: nothing was sent`,
  );
}

function sameClient(a: StoredClient, b: StoredClient): boolean {
  return (
    a.clientId === b.clientId &&
    a.clientSecret?.reveal() === b.clientSecret?.reveal() &&
    JSON.stringify(a.fields) === JSON.stringify(b.fields)
  );
}
