import { randomBytes, randomUUID } from 'node:crypto';
import { addVersion, epochSeconds, newSecret, type SecretsStore } from './secrets-store.ts';

/** A secret that is there from the start. */
export interface SeededSecret {
  name: string;
  description: string;
}

export interface ClientCredentials {
  clientId: string;
  clientSecret: string;
}

/** Makes the secrets that are missing, without a value, and brings descriptions up to date. */
export function seedSecrets(store: SecretsStore, wanted: readonly SeededSecret[]): void {
  const current = store.read();
  const changed = wanted.filter(
    ({ name, description }) =>
      !Object.hasOwn(current, name) || current[name]?.description !== description,
  );
  if (changed.length === 0) return;
  store.write((secrets) => {
    for (const { name, description } of changed) {
      secrets[name] ??= newSecret(name);
      secrets[name].description = description;
    }
  });
}

/** The client that a secret holds; where it holds none, one is made and stored. */
export function ensureClient(
  store: SecretsStore,
  name: string,
  clientId: string,
): ClientCredentials {
  const stored = readClient(store, name);
  if (stored) return stored;
  const made = { clientId, clientSecret: randomBytes(32).toString('base64url') };
  store.write((secrets) => {
    secrets[name] ??= newSecret(name);
    const secretString = JSON.stringify({
      client_id: made.clientId,
      client_secret: made.clientSecret,
    });
    const version = { secretString, createdDate: epochSeconds() };
    addVersion(secrets[name], randomUUID(), version, ['AWSCURRENT']);
    delete secrets[name].deletedDate;
  });
  return made;
}

function readClient(store: SecretsStore, name: string): ClientCredentials | undefined {
  const secret = store.read()[name];
  const text = secret?.versions[secret.stages['AWSCURRENT'] ?? '']?.secretString;
  if (secret?.deletedDate !== undefined || text === undefined) return undefined;
  try {
    const { client_id: clientId, client_secret: clientSecret } = JSON.parse(text);
    if (typeof clientId === 'string' && typeof clientSecret === 'string' && clientSecret !== '') {
      return { clientId, clientSecret };
    }
  } catch {
    // Someone stored what is no client: the demo gets a new one.
  }
  return undefined;
}
