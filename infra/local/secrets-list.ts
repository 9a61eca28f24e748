import { AwsError, type AwsInput, optionalString } from './aws-error.ts';
import { type Secrets, type StoredSecret, stagesOf } from './secrets-store.ts';

/** ListSecrets: name and description filters match a prefix, as on AWS; pages of 1 to 100. */
export function listSecrets(secrets: Secrets, input: AwsInput) {
  const filters = Array.isArray(input['Filters']) ? (input['Filters'] as Filter[]) : [];
  const wanted = Object.values(secrets)
    .filter(
      (secret) => secret.deletedDate === undefined || input['IncludePlannedDeletion'] === true,
    )
    .filter((secret) => filters.every((filter) => matches(secret, filter)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const size = typeof input['MaxResults'] === 'number' ? input['MaxResults'] : 100;
  if (!Number.isInteger(size) || size < 1 || size > 100) {
    throw new AwsError('InvalidParameterException', 'MaxResults: expected 1 to 100');
  }
  const start = Number(optionalString(input, 'NextToken') ?? '0');
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new AwsError('InvalidNextTokenException', 'NextToken: expected one from an answer');
  }
  const end = start + size;
  return {
    SecretList: wanted.slice(start, end).map(entry),
    ...(end < wanted.length && { NextToken: String(end) }),
  };
}

interface Filter {
  Key?: string;
  Values?: string[];
}

function matches(secret: StoredSecret, { Key, Values = [] }: Filter): boolean {
  if (Key !== 'name' && Key !== 'description') {
    throw new AwsError(
      'InvalidParameterException',
      'Filters: expected the key name or description',
    );
  }
  const text = secret[Key] ?? '';
  return Values.some((value) =>
    value.startsWith('!') ? !text.startsWith(value.slice(1)) : text.startsWith(value),
  );
}

function entry(secret: StoredSecret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: secret.createdDate,
    LastChangedDate: secret.lastChangedDate,
    DeletedDate: secret.deletedDate,
    SecretVersionsToStages: Object.fromEntries(
      Object.keys(secret.versions).map((id) => [id, stagesOf(secret, id)]),
    ),
  };
}
