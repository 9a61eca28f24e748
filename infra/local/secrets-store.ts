import { randomBytes } from 'node:crypto';
import { arn } from './aws-account.ts';
import { AwsError } from './aws-error.ts';
import { type JsonStore, openJsonStore } from './json-store.ts';

export interface SecretVersion {
  secretString?: string;
  /** Base64. */
  secretBinary?: string;
  createdDate: number;
}

export interface StoredSecret {
  name: string;
  arn: string;
  description?: string;
  createdDate: number;
  lastChangedDate: number;
  deletedDate?: number;
  /** By version id. */
  versions: Record<string, SecretVersion>;
  /** Staging label -> version id. */
  stages: Record<string, string>;
}

/** By name. */
export type Secrets = Record<string, StoredSecret>;
export type SecretsStore = JsonStore<Secrets>;

export const openSecretsStore = (path?: string): SecretsStore => openJsonStore<Secrets>(path, {});

/** Seconds since the epoch, as the JSON protocol writes times. */
export const epochSeconds = () => Date.now() / 1000;

/** A secret without a version. */
export function newSecret(name: string, description?: string): StoredSecret {
  const now = epochSeconds();
  // As AWS does, six random characters keep a deleted secret and its successor apart.
  const suffix = randomBytes(3).toString('hex');
  return {
    name,
    arn: arn('secretsmanager', `secret:${name}-${suffix}`),
    ...(description !== undefined && { description }),
    createdDate: now,
    lastChangedDate: now,
    versions: {},
    stages: {},
  };
}

/** The secret for a name, an ARN or an ARN without its suffix. Throws `ResourceNotFoundException`. */
export function findSecret(secrets: Secrets, id: string): StoredSecret {
  const found = Object.hasOwn(secrets, id)
    ? secrets[id]
    : Object.values(secrets).find(
        (secret) => secret.arn === id || (id.startsWith('arn:') && secret.arn.slice(0, -7) === id),
      );
  if (!found) {
    throw new AwsError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    );
  }
  return found;
}

/** The same, and not marked for deletion. Throws `InvalidRequestException` too. */
export function findLiveSecret(secrets: Secrets, id: string): StoredSecret {
  const secret = findSecret(secrets, id);
  if (secret.deletedDate !== undefined) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  return secret;
}

/** The labels of one version. */
export function stagesOf(secret: StoredSecret, versionId: string): string[] {
  return Object.keys(secret.stages).filter((label) => secret.stages[label] === versionId);
}

/**
 * Adds a version and moves the labels to it: what was AWSCURRENT becomes AWSPREVIOUS, and a version
 * that no label names is dropped. Throws `ResourceExistsException` where the id is taken.
 */
export function addVersion(
  secret: StoredSecret,
  id: string,
  version: SecretVersion,
  labels: readonly string[],
): void {
  const taken = secret.versions[id];
  if (taken) {
    // A repeated request with the same token and content is the SDK's retry.
    if (
      taken.secretString === version.secretString &&
      taken.secretBinary === version.secretBinary
    ) {
      return;
    }
    throw new AwsError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  secret.versions[id] = version;
  const current = secret.stages['AWSCURRENT'];
  for (const label of current === undefined ? ['AWSCURRENT'] : labels) {
    if (label === 'AWSCURRENT' && current !== undefined) secret.stages['AWSPREVIOUS'] = current;
    secret.stages[label] = id;
  }
  secret.lastChangedDate = epochSeconds();
  for (const versionId of Object.keys(secret.versions)) {
    if (stagesOf(secret, versionId).length === 0) delete secret.versions[versionId];
  }
}
