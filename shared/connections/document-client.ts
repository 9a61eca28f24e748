import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../aws.ts';
import type { SharedClock } from '../clock.ts';

/** `clock` hears the date of every answer: hosts whose clocks differ all speak to the one table. */
export function makeDocumentClient(clock: SharedClock): DynamoDBDocumentClient {
  const client = new DynamoDBClient(clientSettings);
  client.middlewareStack.add(
    (next) => async (args) => {
      const sentAt = Date.now();
      const result = await next(args);
      const { headers } = result.response as { headers: Record<string, string> };
      clock.heard(headers['date'], sentAt, Date.now());
      return result;
    },
    { step: 'deserialize', name: 'sharedClock' },
  );
  return DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  });
}

/** Whether a conditional write found its condition false. */
export function conditionFailed(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/** Copies a row's bytes out of the SDK's buffers and drops its keys. */
export function withoutKeys<T>(item: Record<string, unknown>): T {
  const { pk: _pk, sk: _sk, ...rest } = item;
  return rest as T;
}

/** `SET` for values, `REMOVE` for those that are `undefined`. */
export function updateExpression(attributes: Record<string, unknown>) {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const set: string[] = [];
  const remove: string[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    names[`#${name}`] = name;
    if (value === undefined) {
      remove.push(`#${name}`);
    } else {
      values[`:${name}`] = value;
      set.push(`#${name} = :${name}`);
    }
  }
  return { names, values, set, remove: remove.length > 0 ? ` REMOVE ${remove.join(', ')}` : '' };
}
