import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Existing } from '../../infra/constructs/existing.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';
import { clientConfig } from './support/aws.ts';
import { makeCdk } from './support/cdk.ts';
import { connect } from './support/connect.ts';
import { configuration, deployment, invoke } from './support/deployment.ts';
import { allLogs } from './support/logs.ts';
import { allowTermination, LOG_GROUP, stackResources } from './support/stack.ts';

const { endpoint, issuer } = deployment();
const cdk = makeCdk(deployment());
const settings = clientConfig(endpoint);
const db = new DynamoDBClient(settings);
const kms = new KMSClient(settings);
const secrets = new SecretsManagerClient(settings);
const owner = 'customer-40';
const input = configuration(issuer);

// What was synthesised last: a synth takes as long as a deployment here.
const destroy = ['destroy', '--all', '--force', '--app', 'cdk.out'];

const getToken = () => invoke('get-token', 'billing', { owner, provider: 'demo' });
const secretOf = (provider: string) =>
  secrets.send(new GetSecretValueCommand({ SecretId: secretName(provider) }));
const tableStatus = async (TableName: string) =>
  (await db.send(new DescribeTableCommand({ TableName }))).Table;
const keyState = async (KeyId: string) =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;

let left: Required<Existing>;

describe('cdk destroy', () => {
  before(async () => {
    cdk.configure(input, { 'token-capture:existing': {} });
    const { outputs } = await cdk.deploy();
    left = JSON.parse(outputs['Existing']!) as Required<Existing>;
    await connect(owner, 'katherine');
  });

  test('is refused while the stack is protected', async () => {
    const { output } = await cdk.attempt(...destroy);
    assert.match(output, /TerminationProtection/i);
    assert.equal((await getToken())['status'], 'ok');
  });

  test('leaves table, key and secrets, protected', async () => {
    await allowTermination(endpoint);
    await cdk.run(...destroy);
    await assert.rejects(getToken());
    const table = await tableStatus(left.table);
    assert.equal(table?.TableStatus, 'ACTIVE');
    assert.equal(table?.DeletionProtectionEnabled, true);
    assert.equal(await keyState(left.key), 'Enabled');
    assert.ok((await secretOf('demo')).SecretString);
  });
});

describe('a deployment over what a destroyed stack has left', () => {
  test('without being told so fails on the secrets, which it does not touch', async () => {
    const { status, output } = await cdk.attempt(
      ...['deploy', '--all', '--require-approval', 'never'],
    );
    assert.notEqual(status, 0);
    assert.match(output, /oauth2-token-capture\/\w+ already exists/);
    assert.ok((await secretOf('demo')).SecretString);
    await allowTermination(endpoint);
    await cdk.run(...destroy);
  });

  test('adopts it when it is told, and owners are still connected', async () => {
    cdk.configure(input, { 'token-capture:existing': left });
    const { outputs } = await cdk.deploy();
    assert.deepEqual(JSON.parse(outputs['Existing']!), left);
    assert.equal((await getToken())['status'], 'ok');
    const { location } = await connect(owner, 'katherine');
    assert.equal(location.searchParams.get('status'), 'connected');
  });
});

describe('deleting everything', () => {
  test('what was adopted is not the stack’s, and is deleted by hand', async () => {
    await allowTermination(endpoint);
    await cdk.run(...destroy);
    await db.send(
      new UpdateTableCommand({ TableName: left.table, DeletionProtectionEnabled: false }),
    );
    await db.send(new DeleteTableCommand({ TableName: left.table }));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: left.key, PendingWindowInDays: 7 }));
    for (const id of ['demo', 'github', 'second']) {
      await secrets.send(
        new DeleteSecretCommand({ SecretId: secretName(id), ForceDeleteWithoutRecovery: true }),
      );
    }
  });

  test('a stack that is told to leave nothing leaves nothing', async () => {
    cdk.configure(input);
    const { outputs } = await cdk.deploy();
    const { table, key } = JSON.parse(outputs['Existing']!) as Required<Existing>;
    const before = Object.keys(await allLogs(endpoint));

    const toldSo = ['--context', 'token-capture:on-destroy=delete'];
    await cdk.deploy(...toldSo);
    const logGroups = (await stackResources(endpoint)).filter(({ type }) => type === LOG_GROUP);
    assert.ok(logGroups.length > 1);
    await cdk.run(...destroy);

    await assert.rejects(tableStatus(table), { name: 'ResourceNotFoundException' });
    assert.equal(await keyState(key), 'PendingDeletion');
    await assert.rejects(secretOf('demo'), /find the specified secret|marked for deletion/);
    const after = Object.keys(await allLogs(endpoint));
    for (const { physicalId } of logGroups) {
      assert.ok(before.includes(physicalId) && !after.includes(physicalId), physicalId);
    }
  });
});
