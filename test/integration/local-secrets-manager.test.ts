import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { clientConfig, startTestLocal } from '../support/local.ts';

async function makeClient(t: Parameters<typeof startTestLocal>[0]) {
  const { endpoint } = await startTestLocal(t);
  return new SecretsManagerClient(clientConfig(endpoint));
}

test('a secret without a value is described, and reading it says which label is missing', async (t) => {
  const client = await makeClient(t);
  const made = await client.send(
    new CreateSecretCommand({ Name: 'team/github', Description: 'Enter the client' }),
  );
  assert.match(
    made.ARN ?? '',
    /^arn:aws:secretsmanager:us-east-1:0{12}:secret:team\/github-\w{6}$/,
  );
  assert.equal(made.VersionId, undefined);
  const described = await client.send(new DescribeSecretCommand({ SecretId: 'team/github' }));
  assert.equal(described.Description, 'Enter the client');
  assert.equal(described.VersionIdsToStages, undefined);
  assert.ok(described.CreatedDate instanceof Date);
  await assert.rejects(client.send(new GetSecretValueCommand({ SecretId: 'team/github' })), {
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  });
});

test('a new value moves AWSCURRENT and keeps the last one as AWSPREVIOUS', async (t) => {
  const client = await makeClient(t);
  await client.send(new CreateSecretCommand({ Name: 's', SecretString: 'one' }));
  const two = await client.send(new PutSecretValueCommand({ SecretId: 's', SecretString: 'two' }));
  assert.deepEqual(two.VersionStages, ['AWSCURRENT']);
  const read = (more: object) => client.send(new GetSecretValueCommand({ SecretId: 's', ...more }));
  assert.equal((await read({})).SecretString, 'two');
  assert.equal((await read({ VersionStage: 'AWSPREVIOUS' })).SecretString, 'one');
  assert.equal((await read({ VersionId: two.VersionId })).SecretString, 'two');
  await client.send(new PutSecretValueCommand({ SecretId: 's', SecretString: 'three' }));
  assert.equal((await read({ VersionStage: 'AWSPREVIOUS' })).SecretString, 'two');
  const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: 's' }));
  assert.deepEqual(
    Object.values(VersionIdsToStages ?? {})
      .flat()
      .sort(),
    ['AWSCURRENT', 'AWSPREVIOUS'],
  );
});

test('a repeated PutSecretValue with the same token changes nothing', async (t) => {
  const client = await makeClient(t);
  await client.send(new CreateSecretCommand({ Name: 's', SecretString: 'one' }));
  const put = (SecretString: string) =>
    client.send(
      new PutSecretValueCommand({
        SecretId: 's',
        SecretString,
        ClientRequestToken: '0d9d7b0a-58f2-4c0d-9d0f-2f8a7f3d1f10',
      }),
    );
  await put('two');
  await put('two');
  const previous = await client.send(
    new GetSecretValueCommand({ SecretId: 's', VersionStage: 'AWSPREVIOUS' }),
  );
  assert.equal(previous.SecretString, 'one');
  await assert.rejects(put('three'), { name: 'ResourceExistsException' });
});

test('a binary value, and a secret found by its ARN', async (t) => {
  const client = await makeClient(t);
  const { ARN } = await client.send(
    new CreateSecretCommand({ Name: 's', SecretBinary: Uint8Array.of(0, 1, 255) }),
  );
  const { SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: ARN }));
  assert.deepEqual([...(SecretBinary ?? [])], [0, 1, 255]);
  const byPartialArn = { SecretId: ARN?.slice(0, -7) };
  assert.equal((await client.send(new GetSecretValueCommand(byPartialArn))).Name, 's');
});

test('secrets are listed by prefix, in pages', async (t) => {
  const client = await makeClient(t);
  for (const Name of ['a/1', 'a/2', 'a/3', 'b/1'])
    await client.send(new CreateSecretCommand({ Name }));
  const input = { Filters: [{ Key: 'name' as const, Values: ['a/'] }], MaxResults: 2 };
  const first = await client.send(new ListSecretsCommand(input));
  assert.deepEqual(
    first.SecretList?.map(({ Name }) => Name),
    ['a/1', 'a/2'],
  );
  const second = await client.send(
    new ListSecretsCommand({ ...input, NextToken: first.NextToken }),
  );
  assert.deepEqual(
    second.SecretList?.map(({ Name }) => Name),
    ['a/3'],
  );
  assert.equal(second.NextToken, undefined);
});

test('a deleted secret is not read, and its name is free only after a forced deletion', async (t) => {
  const client = await makeClient(t);
  await client.send(new CreateSecretCommand({ Name: 's', SecretString: 'x' }));
  await client.send(new DeleteSecretCommand({ SecretId: 's', RecoveryWindowInDays: 7 }));
  await assert.rejects(client.send(new GetSecretValueCommand({ SecretId: 's' })), {
    name: 'InvalidRequestException',
  });
  await assert.rejects(client.send(new CreateSecretCommand({ Name: 's' })), {
    name: 'InvalidRequestException',
  });
  await client.send(new DeleteSecretCommand({ SecretId: 's', ForceDeleteWithoutRecovery: true }));
  await assert.rejects(client.send(new DescribeSecretCommand({ SecretId: 's' })), {
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret.",
  });
  await client.send(new CreateSecretCommand({ Name: 's' }));
  await assert.rejects(client.send(new CreateSecretCommand({ Name: 's' })), {
    name: 'ResourceExistsException',
  });
});
