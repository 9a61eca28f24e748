import { randomUUID } from 'node:crypto';
import {
  AwsError,
  type AwsInput,
  type AwsOperation,
  optionalString,
  requiredString,
} from './aws-error.ts';
import { listSecrets } from './secrets-list.ts';
import {
  addVersion,
  epochSeconds,
  findLiveSecret,
  findSecret,
  newSecret,
  type SecretsStore,
  type SecretVersion,
  type StoredSecret,
  stagesOf,
} from './secrets-store.ts';

/**
 * The operations of Secrets Manager that the project and its operator use, by name.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export function secretsManager(store: SecretsStore): Record<string, AwsOperation> {
  return {
    CreateSecret: (input) => store.write((secrets) => createSecret(secrets, input)),
    DescribeSecret: (input) =>
      describe(findSecret(store.read(), requiredString(input, 'SecretId'))),
    GetSecretValue: (input) =>
      getValue(findLiveSecret(store.read(), requiredString(input, 'SecretId')), input),
    PutSecretValue: (input) =>
      store.write((secrets) =>
        putValue(findLiveSecret(secrets, requiredString(input, 'SecretId')), input),
      ),
    ListSecrets: (input) => listSecrets(store.read(), input),
    DeleteSecret: (input) => store.write((secrets) => deleteSecret(secrets, input)),
    RestoreSecret: (input) =>
      store.write((secrets) => {
        const secret = findSecret(secrets, requiredString(input, 'SecretId'));
        delete secret.deletedDate;
        return { ARN: secret.arn, Name: secret.name };
      }),
  };
}

function createSecret(secrets: Record<string, StoredSecret>, input: AwsInput) {
  const name = requiredString(input, 'Name');
  if (!/^[\w/+=.@-]{1,512}$/.test(name)) {
    throw new AwsError(
      'ValidationException',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    );
  }
  if (Object.hasOwn(secrets, name)) {
    if (secrets[name]?.deletedDate !== undefined) {
      throw new AwsError(
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    throw new AwsError(
      'ResourceExistsException',
      `The operation failed because the secret ${name} already exists.`,
    );
  }
  const secret = newSecret(name, optionalString(input, 'Description'));
  const version = readVersion(input);
  const id = optionalString(input, 'ClientRequestToken') ?? randomUUID();
  if (version) addVersion(secret, id, version, ['AWSCURRENT']);
  secrets[name] = secret;
  return { ARN: secret.arn, Name: name, ...(version && { VersionId: id }) };
}

function putValue(secret: StoredSecret, input: AwsInput) {
  const version = readVersion(input);
  if (!version) {
    throw new AwsError(
      'InvalidRequestException',
      'You must provide either SecretString or SecretBinary.',
    );
  }
  const id = optionalString(input, 'ClientRequestToken') ?? randomUUID();
  const labels = Array.isArray(input['VersionStages'])
    ? input['VersionStages'].map(String)
    : ['AWSCURRENT'];
  addVersion(secret, id, version, labels);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: id,
    VersionStages: stagesOf(secret, id),
  };
}

function getValue(secret: StoredSecret, input: AwsInput) {
  const versionId = optionalString(input, 'VersionId');
  const label = optionalString(input, 'VersionStage');
  const id = versionId ?? secret.stages[label ?? 'AWSCURRENT'];
  const version = id === undefined ? undefined : secret.versions[id];
  if (id === undefined || !version || (label !== undefined && secret.stages[label] !== id)) {
    const wanted =
      versionId === undefined
        ? `staging label: ${label ?? 'AWSCURRENT'}`
        : `VersionId: ${versionId}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${wanted}`,
    );
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: id,
    VersionStages: stagesOf(secret, id),
    CreatedDate: version.createdDate,
    SecretString: version.secretString,
    SecretBinary: version.secretBinary,
  };
}

function describe(secret: StoredSecret) {
  const ids = Object.keys(secret.versions);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: secret.createdDate,
    LastChangedDate: secret.lastChangedDate,
    DeletedDate: secret.deletedDate,
    ...(ids.length > 0 && {
      VersionIdsToStages: Object.fromEntries(ids.map((id) => [id, stagesOf(secret, id)])),
    }),
  };
}

function deleteSecret(secrets: Record<string, StoredSecret>, input: AwsInput) {
  const secret = findSecret(secrets, requiredString(input, 'SecretId'));
  // Nothing is ever dropped by time here: a secret in its recovery window stays until it is forced.
  if (input['ForceDeleteWithoutRecovery'] === true) delete secrets[secret.name];
  else secret.deletedDate ??= epochSeconds();
  return {
    ARN: secret.arn,
    Name: secret.name,
    DeletionDate: secret.deletedDate ?? epochSeconds(),
  };
}

function readVersion(input: AwsInput): SecretVersion | undefined {
  const secretString = optionalString(input, 'SecretString');
  const secretBinary = optionalString(input, 'SecretBinary');
  if (secretString !== undefined && secretBinary !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      "You can't specify both SecretString and SecretBinary.",
    );
  }
  if (secretString !== undefined) return { secretString, createdDate: epochSeconds() };
  if (secretBinary !== undefined) return { secretBinary, createdDate: epochSeconds() };
  return undefined;
}
