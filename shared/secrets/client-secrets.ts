import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { audit } from '../audit.ts';
import { clientSettings } from '../aws.ts';
import { ConfigurationError, ProviderNotConfigured } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { ProviderClient } from '../providers/provider.ts';
import { Secret } from '../secret.ts';
import { secretName } from './secret-name.ts';
import { isUnreadable } from './unreadable.ts';

/** A provider's client as its secret holds it. */
export interface StoredClient extends ProviderClient {
  /** Scopes that replace the provider's default ones. */
  scopes?: string[];
  /** Origin of the token endpoint that this client was entered for. */
  tokenOrigin?: string;
}

/** Reads provider clients; `ProviderNotConfigured` where a secret has no value, or is deleted. */
export interface ClientSecrets {
  get(provider: string): Promise<StoredClient>;
  /** Reads again, past the cache: a provider answered `invalid_client`. */
  refresh(provider: string): Promise<StoredClient>;
  /**
   * The version before the current one, while a rotation is under way: the provider may not know the
   * new one yet. `undefined` where there is none that can be read.
   */
  previous(provider: string): Promise<StoredClient | undefined>;
  /** Name of the provider's secret, for messages. */
  nameOf(provider: string): string;
}

// A rotated secret is seen after this long at the latest, and at once after an `invalid_client`.
const FRESH_MILLISECONDS = 5 * 60_000;
// While Secrets Manager is down, what was read is served this long.
const STALE_MILLISECONDS = 60 * 60_000;
// Nor is it asked again at once: a call that hangs takes six seconds, and the next one has a lease to keep.
const AGAIN_MILLISECONDS = 30_000;

/** Reads the JSON of a provider's secret; `ConfigurationError` names what is missing, never a value. */
export function parseClient(
  provider: string,
  text: string,
  key = secretName(provider),
): StoredClient {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigurationError(key, 'expected JSON {"client_id", "client_secret"}');
  }
  const { client_id, client_secret, scope, token_origin, ...fields } = value as Record<
    string,
    unknown
  >;
  if (typeof client_id !== 'string' || client_id === '') {
    throw new ConfigurationError(`${key}.client_id`, 'expected a string');
  }
  for (const [name, member] of Object.entries({ client_secret, scope, token_origin, ...fields })) {
    if (member !== undefined && typeof member !== 'string') {
      // What is no name may be a secret that was pasted in its place.
      const place = /^\w{1,40}$/.test(name) ? `${key}.${name}` : key;
      throw new ConfigurationError(place, 'expected a string');
    }
  }
  return {
    clientId: client_id,
    clientSecret: client_secret ? new Secret(client_secret as string) : undefined,
    fields: fields as Record<string, string>,
    ...(scope ? { scopes: (scope as string).split(/\s+/).filter(Boolean) } : {}),
    ...(token_origin ? { tokenOrigin: token_origin as string } : {}),
  };
}

interface Cached {
  client: StoredClient;
  readAt: number;
  /** Until then it is served without a look at the secret. */
  until: number;
}

export function makeClientSecrets(
  ports: Pick<Ports, 'now' | 'log'>,
  manager = new SecretsManagerClient(clientSettings),
  prefix?: string,
): ClientSecrets {
  const cache = new Map<string, Cached>();
  const nameOf = (provider: string) => secretName(provider, prefix);

  async function read(provider: string): Promise<StoredClient> {
    try {
      const { SecretString } = await manager.send(
        new GetSecretValueCommand({ SecretId: nameOf(provider) }),
      );
      if (!SecretString) throw new ProviderNotConfigured(provider);
      const client = parseClient(provider, SecretString, nameOf(provider));
      const readAt = ports.now();
      cache.set(provider, { client, readAt, until: readAt + FRESH_MILLISECONDS });
      audit(ports.log, { action: 'secret_read', result: 'ok', provider });
      return client;
    } catch (error) {
      if (isUnreadable(error)) {
        const cause = error.name;
        audit(ports.log, { action: 'secret_read', result: 'error', provider, cause }, 'error');
        throw new ProviderNotConfigured(provider);
      }
      if (error instanceof ConfigurationError || error instanceof ProviderNotConfigured)
        throw error;
      const cached = cache.get(provider);
      if (cached === undefined || ports.now() - cached.readAt > STALE_MILLISECONDS) throw error;
      cache.set(provider, { ...cached, until: ports.now() + AGAIN_MILLISECONDS });
      ports.log.warn('client secret served stale', { provider, cause: (error as Error).name });
      return cached.client;
    }
  }

  return {
    async get(provider) {
      const cached = cache.get(provider);
      return cached !== undefined && ports.now() < cached.until ? cached.client : read(provider);
    },
    refresh: read,
    async previous(provider) {
      try {
        const { SecretString } = await manager.send(
          new GetSecretValueCommand({ SecretId: nameOf(provider), VersionStage: 'AWSPREVIOUS' }),
        );
        audit(ports.log, { action: 'secret_read', result: 'ok', provider, stage: 'previous' });
        return SecretString ? parseClient(provider, SecretString, nameOf(provider)) : undefined;
      } catch (error) {
        // It is a second chance: without it, the provider's refusal is what there is to tell.
        ports.log.info('no previous client secret', { provider, cause: (error as Error).name });
        return undefined;
      }
    },
    nameOf,
  };
}
