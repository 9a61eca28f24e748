import { ConfigurationError, ProviderRejected } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { fillIn, type Instance, isOneOfOrigins, requireInstance } from '../providers/instance.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../secret.ts';
import type { ClientSecrets, StoredClient } from '../secrets/client-secrets.ts';
import { CallbackNotSigned } from './callback.ts';
import type { Server, Servers } from './server.ts';

/** Everything a request to a provider needs. */
export interface ProviderContext {
  provider: Provider;
  server: Server;
  client: StoredClient;
  /** What is sent as the client's secret: the stored one, or what the provider's hook makes of it. */
  clientSecret: Secret | undefined;
  /** The connection's own values. */
  instance: Instance;
  ports: Ports;
}

export interface ProviderDeps {
  servers: Servers;
  secrets: ClientSecrets;
  ports: Ports;
}

/** Keycloak answers a wrong secret with `unauthorized_client`; so does Entra in places. */
export const CLIENT_REFUSED = ['invalid_client', 'unauthorized_client'];

/** What is looked up before anything is sent: the provider's metadata and its client. Both are kept in memory. */
export async function prepareProvider(
  deps: ProviderDeps,
  entry: Provider,
  instance: Instance = {},
): Promise<{ provider: Provider; server: Server; client: StoredClient }> {
  requireInstance(entry, instance);
  const provider = fillIn(entry, instance);
  const server = await deps.servers(provider);
  return { provider, server, client: await deps.secrets.get(provider.id) };
}

/**
 * Runs `use` with the provider's client. Where the provider refuses the client, `use` runs once more
 * with what the secret holds by now, if that is another one, and then with the secret's previous
 * version: a rotation fails nobody, whichever side comes first.
 * `stored`: the connection's own values, and where its tokens came from; they go to no other host.
 */
export async function withProvider<T>(
  deps: ProviderDeps,
  entry: Provider,
  use: (context: ProviderContext) => Promise<T>,
  stored: { tokenOrigin?: string; instance?: Instance | undefined } = {},
): Promise<T> {
  const { tokenOrigin, instance = {} } = stored;
  const { provider, server, client } = await prepareProvider(deps, entry, instance);
  requireSameOrigin(server, provider, tokenOrigin, 'the stored tokens');
  const attempt = async (candidate: StoredClient) =>
    use(await contextFor(deps, provider, server, candidate, instance));
  const refused = [client];
  let refusal: unknown;
  try {
    return await attempt(client);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    refusal = error;
  }
  for (const read of ['refresh', 'previous'] as const) {
    const candidate = await deps.secrets[read](provider.id);
    if (candidate === undefined || refused.some((each) => sameClient(each, candidate))) continue;
    deps.ports.log.info('client refused, trying another version of its secret', {
      provider: provider.id,
      version: read === 'refresh' ? 'current' : 'previous',
    });
    // Another application's word says nothing of this one's grants.
    if (read === 'previous' && candidate.clientId !== client.clientId) continue;
    try {
      return await attempt(candidate);
    } catch (error) {
      // Of the previous version only its success counts: what it is told is about a client that is leaving.
      if (read === 'refresh' && !isRefusal(error)) throw error;
      refused.push(candidate);
    }
  }
  throw refusal;
}

/** What another version of the client's secret may put right. */
function isRefusal(error: unknown): boolean {
  if (error instanceof CallbackNotSigned) return true;
  return error instanceof ProviderRejected && CLIENT_REFUSED.includes(error.error);
}

async function contextFor(
  deps: ProviderDeps,
  provider: Provider,
  server: Server,
  client: StoredClient,
  instance: Instance,
): Promise<ProviderContext> {
  requireSameOrigin(server, provider, client.tokenOrigin, "the client's secret");
  for (const [field, what] of Object.entries(provider.clientFields)) {
    if (client.fields[field]) continue;
    throw new ConfigurationError(
      `${deps.secrets.nameOf(provider.id)}.${field}`,
      `expected ${what}`,
    );
  }
  const clientSecret =
    provider.hooks?.clientSecret === undefined
      ? client.clientSecret
      : await provider.hooks.clientSecret(client, deps.ports.now());
  return { provider, server, client, clientSecret, instance, ports: deps.ports };
}

/** The same context once more of the connection's values are known. */
export async function withInstance(
  deps: Pick<ProviderDeps, 'servers'>,
  context: ProviderContext,
  more: Instance,
): Promise<ProviderContext> {
  if (Object.keys(more).length === 0) return context;
  const provider = fillIn(context.provider, more);
  const server = await deps.servers(provider);
  return { ...context, provider, server, instance: { ...context.instance, ...more } };
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
  if (origin === undefined) return;
  const named = {
    tokenUrl: server.tokenOrigin,
    refreshUrl: URL.parse(provider.refreshUrl ?? '')?.origin,
  };
  for (const [field, now] of Object.entries(named)) {
    // An address that is not known yet is one that nothing can be sent to.
    if (!now || isOneOfOrigins(origin, now)) continue;
    throw new ConfigurationError(
      `providers.${provider.id}.${field}`,
      `${what} belong to ${origin}, but the configuration now names ${now}: nothing was sent`,
    );
  }
}

function sameClient(a: StoredClient, b: StoredClient): boolean {
  return (
    a.clientId === b.clientId &&
    a.clientSecret?.reveal() === b.clientSecret?.reveal() &&
    JSON.stringify(a.fields) === JSON.stringify(b.fields)
  );
}
