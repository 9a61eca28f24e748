import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { tableDefinition } from '../../../shared/connections/table-definition.ts';
import type { QueueName } from '../../../shared/queues/queue-definition.ts';
import { type Credentials, clientConfig } from './aws.ts';

/** What the attempts are made on. */
export interface Objects {
  table: string;
  key: string;
  secret: string;
  /** A secret of the account that is none of the stack's. */
  otherSecret: string;
  eventBus: string;
  /** A service function with a caller's alias. */
  functionName: string;
  qualifier: string;
  /** URLs. */
  queues: Record<QueueName, string>;
}

/**
 * One request for each action, by its name in IAM. Those that would change something are made so that
 * they fail, or change nothing that matters, where IAM lets them through.
 */
export function attempts(
  endpoint: string,
  credentials: Credentials,
  {
    table: TableName,
    key: KeyId,
    secret,
    otherSecret,
    eventBus: EventBusName,
    functionName,
    qualifier,
    queues,
  }: Objects,
): Record<string, () => Promise<unknown>> {
  const settings = clientConfig(endpoint, credentials);
  const db = new DynamoDBClient(settings);
  const kms = new KMSClient(settings);
  const secrets = new SecretsManagerClient(settings);
  const lambda = new LambdaClient(settings);
  const events = new EventBridgeClient(settings);
  const sqs = new SQSClient(settings);
  const Key = { pk: { S: 'ATTEMPT' }, sk: { S: 'ATTEMPT' } };
  const never = { ConditionExpression: 'attribute_exists(nothing)' };
  return {
    'dynamodb:GetItem': () => db.send(new GetItemCommand({ TableName, Key })),
    'dynamodb:Query': () =>
      db.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': Key.pk },
        }),
      ),
    'dynamodb:Query of the index': () =>
      db.send(
        new QueryCommand({
          TableName,
          IndexName: tableDefinition.dueIndex.name,
          KeyConditionExpression: 'duePartition = :partition',
          ExpressionAttributeValues: { ':partition': { S: 'ATTEMPT#0' } },
        }),
      ),
    'dynamodb:PutItem': () => db.send(new PutItemCommand({ TableName, Item: Key, ...never })),
    'dynamodb:UpdateItem': () =>
      db.send(
        new UpdateItemCommand({
          ...{ TableName, Key, ...never },
          UpdateExpression: 'REMOVE nothing',
        }),
      ),
    'dynamodb:DeleteItem': () => db.send(new DeleteItemCommand({ TableName, Key, ...never })),
    'dynamodb:Scan': () => db.send(new ScanCommand({ TableName })),
    'dynamodb:BatchGetItem': () =>
      db.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } })),
    'kms:GenerateDataKey': () =>
      kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })),
    'kms:Decrypt': () =>
      kms.send(new DecryptCommand({ KeyId, CiphertextBlob: new Uint8Array(64) })),
    'kms:Encrypt': () => kms.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(16) })),
    'kms:ScheduleKeyDeletion': () => kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
    'secretsmanager:DescribeSecret': () =>
      secrets.send(new DescribeSecretCommand({ SecretId: secret })),
    'secretsmanager:GetSecretValue': () =>
      secrets.send(new GetSecretValueCommand({ SecretId: secret })),
    'secretsmanager:GetSecretValue of another': () =>
      secrets.send(new GetSecretValueCommand({ SecretId: otherSecret })),
    'secretsmanager:PutSecretValue': () =>
      secrets.send(new PutSecretValueCommand({ SecretId: otherSecret, SecretString: '{}' })),
    'secretsmanager:DeleteSecret': () =>
      secrets.send(new DeleteSecretCommand({ SecretId: otherSecret })),
    'events:PutEvents': () =>
      events.send(
        new PutEventsCommand({
          Entries: [{ EventBusName, Source: 'attempt', DetailType: 'attempt', Detail: '{}' }],
        }),
      ),
    'lambda:InvokeFunction': () =>
      lambda.send(
        new InvokeCommand({ FunctionName: functionName, Qualifier: qualifier, Payload: '{}' }),
      ),
    ...Object.fromEntries(
      Object.entries(queues).flatMap(([name, QueueUrl]) => [
        [
          `sqs:SendMessage of ${name}`,
          () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '', DelaySeconds: 900 })),
        ],
        [
          `sqs:ReceiveMessage of ${name}`,
          () => sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 })),
        ],
        [
          `sqs:DeleteMessage of ${name}`,
          () => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'none' })),
        ],
        [
          `sqs:GetQueueAttributes of ${name}`,
          () => sqs.send(new GetQueueAttributesCommand({ QueueUrl })),
        ],
      ]),
    ),
  };
}

/** Whether IAM lets a request through; what becomes of it afterwards does not matter. */
export async function isAllowed(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch (error) {
    return !/AccessDenied/.test((error as Error).name);
  }
}
