import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { tableDefinition } from '../../shared/connections/table-definition.ts';
import type { QueueName } from '../../shared/queues/queue-definition.ts';
import type { Permissions, QueueAction } from './permissions.ts';

/** ARNs of what the permissions speak of. */
export interface Resources {
  tableArn: string;
  keyArn: string;
  secretArns: string[];
  streamArn: string;
  eventBusArn: string;
  queueArns: Record<QueueName, string>;
  /** See `Emulated`. */
  emulated: boolean;
}

/** The statements that give a function its permissions. */
export function policyStatements(
  {
    sessions,
    limits,
    uses,
    connections,
    dueIndex,
    health,
    controls,
    key,
    secrets,
    stream,
    events,
    queues = {},
  }: Permissions,
  { tableArn, keyArn, secretArns, streamArn, eventBusArn, queueArns, emulated }: Resources,
): PolicyStatement[] {
  return [
    ...(sessions ? [rows('SESSION#*', sessions, tableArn)] : []),
    ...(limits ? [rows('LIMIT#*', limits, tableArn)] : []),
    ...(uses ? [rows('CALLER#*', uses, tableArn)] : []),
    ...(connections ? [rows('OWNER#*', connections, tableArn)] : []),
    ...(dueIndex
      ? [
          new PolicyStatement({
            actions: dueIndex.map((action) => `dynamodb:${action}`),
            resources: [`${tableArn}/index/${tableDefinition.dueIndex.name}`],
          }),
        ]
      : []),
    ...(health ? [rows('PROVIDER#*', health, tableArn)] : []),
    ...(controls ? [rows('CONTROL#*', controls, tableArn)] : []),
    ...(key
      ? [
          new PolicyStatement({
            actions: keyActions(key),
            resources: [keyArn],
            ...(!emulated && { conditions: { StringEquals: keyKinds(key) } }),
          }),
        ]
      : []),
    ...(secrets
      ? [
          new PolicyStatement({
            actions: secrets.map((action) => `secretsmanager:${action}`),
            resources: secretArns,
          }),
        ]
      : []),
    ...(stream
      ? [
          new PolicyStatement({
            actions: stream.map((action) => `dynamodb:${action}`),
            resources: [streamArn],
          }),
        ]
      : []),
    ...(events
      ? [
          new PolicyStatement({
            actions: events.map((action) => `events:${action}`),
            resources: [eventBusArn],
          }),
        ]
      : []),
    ...(Object.entries(queues) as [QueueName, QueueAction[]][]).map(
      ([name, actions]) =>
        new PolicyStatement({
          actions: actions.map((action) => `sqs:${action}`),
          resources: [queueArns[name]],
        }),
    ),
  ];
}

export type KeyUse = NonNullable<Permissions['key']>;

export const keyActions = ({ actions }: KeyUse) => actions.map((action) => `kms:${action}`);

/** The condition that what is sealed or opened is of these kinds. */
export const keyKinds = ({ kinds }: KeyUse) => ({ 'kms:EncryptionContext:kind': kinds });

// "For all values" also holds where a request names no partition key: none of the actions is a Scan.
function rows(leadingKey: string, actions: string[], tableArn: string): PolicyStatement {
  return new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [leadingKey] } },
  });
}
