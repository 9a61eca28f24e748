import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ConfigurationError } from '../../shared/errors.ts';

/**
 * What is there already and is used in place of a new one: what a destroyed stack has left, a table
 * that was restored from a backup. The stack gives its functions rights on it and manages it no more.
 */
export interface Existing {
  /** Name of the table. */
  table?: string;
  /** ARN of the table's stream, of new and old images. */
  stream?: string;
  /** ARN of the key that the table's tokens are sealed under. */
  key?: string;
  /** Ids of the providers whose secrets are there. */
  secrets?: string[];
}

const FIELDS: (keyof Existing)[] = ['table', 'stream', 'key', 'secrets'];
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;
const STREAM_ARN = /^arn:[a-z-]+:dynamodb:[a-z0-9-]+:\d{12}:table\/.+\/stream\/.+$/;
const KEY_ARN = /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/.+$/;

/** The value itself, or `ConfigurationError` naming the field. */
export function requireExisting(value: unknown, place: string, providers: string[]): Existing {
  const fail = (field: string, expected: string) => {
    throw new ConfigurationError(`${place}${field}`, expected);
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail('', `expected an object of ${FIELDS.join(', ')}`);
  }
  const { table, stream, key, secrets = [], ...others } = value as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) fail(`.${unknown}`, `no such field (${FIELDS.join(', ')})`);
  if (table !== undefined && !(typeof table === 'string' && TABLE_NAME.test(table))) {
    fail('.table', 'expected the name of a table');
  }
  if (stream !== undefined && !(typeof stream === 'string' && STREAM_ARN.test(stream))) {
    fail('.stream', "expected the ARN of the table's stream");
  }
  if (key !== undefined && !(typeof key === 'string' && KEY_ARN.test(key))) {
    fail('.key', 'expected the ARN of a KMS key');
  }
  if ((table === undefined) !== (key === undefined)) {
    fail('', 'expected table and key together: tokens open under the key that sealed them alone');
  }
  if ((table === undefined) !== (stream === undefined)) {
    fail('', 'expected table and stream together: events are made from the stream');
  }
  if (!Array.isArray(secrets) || secrets.some((id) => !providers.includes(id as string))) {
    fail('.secrets', `expected a list of configured providers (${providers.join(', ')})`);
  }
  return value as Existing;
}

/** The ARN of a secret that this stack has not made: its last six characters are Secrets Manager's. */
export function existingSecretArn(scope: Construct, name: string): string {
  const { partition, region, account } = Stack.of(scope);
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}-??????`;
}
