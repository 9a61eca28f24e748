import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientSettings } from '../aws.ts';
import type { Ports } from '../ports.ts';
import { secretName } from './secret-name.ts';
import { isUnreadable } from './unreadable.ts';

/** Tells whether a provider's secret has a value, without the right to read it. */
export type SecretStatus = (provider: string) => Promise<boolean>;

// An operator who has just set a secret reloads the page: a long memory would look like a mistake.
const REMEMBER_MILLISECONDS = 10_000;

export function makeSecretStatus(
  ports: Pick<Ports, 'now'>,
  manager = new SecretsManagerClient(clientSettings),
  prefix?: string,
): SecretStatus {
  const known = new Map<string, { isSet: boolean; until: number }>();
  return async (provider) => {
    const remembered = known.get(provider);
    if (remembered !== undefined && remembered.until > ports.now()) return remembered.isSet;
    const isSet = await hasCurrentVersion(manager, secretName(provider, prefix));
    known.set(provider, { isSet, until: ports.now() + REMEMBER_MILLISECONDS });
    return isSet;
  };
}

async function hasCurrentVersion(manager: SecretsManagerClient, SecretId: string) {
  try {
    const { DeletedDate, VersionIdsToStages } = await manager.send(
      new DescribeSecretCommand({ SecretId }),
    );
    if (DeletedDate !== undefined) return false;
    return Object.values(VersionIdsToStages ?? {}).some((stages) => stages.includes('AWSCURRENT'));
  } catch (error) {
    if (isUnreadable(error)) return false;
    throw error;
  }
}
