import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { permissions } from '../../infra/constructs/permissions.ts';
import { type FunctionName, functionNames, serviceFunctions } from '../../shared/routes.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';
import { attempts, isAllowed, type Objects } from './support/attempts.ts';
import { assumeRole, type Credentials, clientConfig, elements, query } from './support/aws.ts';
import { deployment, invoke } from './support/deployment.ts';
import { KEY, onlyResource, QUEUE, stackResources, TABLE } from './support/stack.ts';

const { endpoint, outputs } = deployment();
const refused = { name: 'AccessDeniedException' };

describe('the role of caller billing, granted by TokenCapture.grant', () => {
  let billing: Credentials;

  before(async () => {
    billing = await assumeRole(endpoint, outputs['BillingRole']!);
  });

  test('may invoke get-token as billing', async () => {
    const answer = await invoke(
      'get-token',
      'billing',
      { owner: 'nobody', provider: 'demo' },
      billing,
    );
    assert.equal(answer['status'], 'not_connected');
  });

  test('is held to its own providers by the function', async () => {
    const request = { owner: 'nobody', provider: 'github' };
    const answer = await invoke('get-token', 'billing', request, billing);
    assert.equal(answer['status'], 'denied');
  });

  for (const service of serviceFunctions) {
    for (const caller of ['billing', 'web', 'operator', undefined]) {
      if (service === 'get-token' && caller === 'billing') continue;
      test(`may not invoke ${service} ${caller ? `as ${caller}` : 'without a caller'}`, async () => {
        await assert.rejects(invoke(service, caller, {}, billing), refused);
      });
    }
  }

  test('may not invoke a function of the browser, nor touch what the functions use', async () => {
    const may: string[] = [];
    for (const [action, attempt] of Object.entries(attempts(endpoint, billing, await objects()))) {
      if (await isAllowed(attempt)) may.push(action);
    }
    assert.deepEqual(may, []);
  });
});

describe('the role of each function does what the table of permissions says, and nothing else', () => {
  for (const name of functionNames) {
    test(name, async (t) => {
      const credentials = await credentialsOf(name);
      const may: string[] = [];
      for (const [action, attempt] of Object.entries(
        attempts(endpoint, credentials, await objects()),
      )) {
        if (await isAllowed(attempt)) may.push(action);
      }
      t.diagnostic(`may: ${may.sort().join(', ')}`);
      assert.deepEqual(may.sort(), expected(name));
    });
  }
});

describe('the sealing key', () => {
  test('an administrator who may do everything manages it, and does not use it', async () => {
    const RoleName = 'administrator';
    const allow = (statement: object) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
    const [arn] = elements(
      await query(endpoint, 'iam', {
        Action: 'CreateRole',
        Version: '2010-05-08',
        RoleName,
        AssumeRolePolicyDocument: allow({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
      }),
      'Arn',
    );
    await query(endpoint, 'iam', {
      Action: 'PutRolePolicy',
      Version: '2010-05-08',
      RoleName,
      PolicyName: 'everything',
      PolicyDocument: allow({ Action: '*', Resource: '*' }),
    });
    const administrator = await assumeRole(endpoint, arn!);
    const { key: KeyId } = await objects();
    await new KMSClient(clientConfig(endpoint, administrator)).send(
      new DescribeKeyCommand({ KeyId }),
    );
    const tries = attempts(endpoint, administrator, await objects());
    for (const action of ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']) {
      assert.equal(await isAllowed(tries[action]!), false, action);
    }
  });
});

/**
 * The emulator does not tell rows by their leading keys: the template's test does. The stream is read by
 * Lambda: events that arrive show that it may.
 */
function expected(name: FunctionName): string[] {
  const {
    dueIndex = [],
    key,
    secrets = [],
    stream: _,
    events = [],
    queues = {},
    ...rows
  } = permissions[name];
  return [
    ...new Set([
      ...Object.values(rows).flatMap((actions) => actions.map((action) => `dynamodb:${action}`)),
      ...dueIndex.map((action) => `dynamodb:${action} of the index`),
      ...(key?.actions ?? []).map((action) => `kms:${action}`),
      ...secrets.map((action) => `secretsmanager:${action}`),
      ...events.map((action) => `events:${action}`),
      ...Object.entries(queues).flatMap(([queue, actions]) =>
        actions.map((action) => `sqs:${action} of ${queue}`),
      ),
    ]),
  ].sort();
}

let made: Promise<Objects> | undefined;

function objects(): Promise<Objects> {
  made ??= (async () => {
    const { ARN } = await new SecretsManagerClient(clientConfig(endpoint)).send(
      new CreateSecretCommand({ Name: 'of-somebody-else', SecretString: 'x' }),
    );
    return {
      table: (await onlyResource(endpoint, TABLE)).physicalId,
      key: (await onlyResource(endpoint, KEY)).physicalId,
      secret: secretName('github'),
      otherSecret: ARN!,
      eventBus: outputs['EventBus']!,
      functionName: 'TokenCapture-connect-page',
      qualifier: '$LATEST',
      queues: { refresh: await queueUrl('RefreshQueue'), spool: await queueUrl('SpoolQueue') },
    };
  })();
  return made;
}

/** The physical id of a queue is its URL. */
async function queueUrl(constructId: string): Promise<string> {
  const queues = (await stackResources(endpoint)).filter(({ type }) => type === QUEUE);
  return queues.find(({ logicalId }) => logicalId.includes(constructId))!.physicalId;
}

/** A function's role trusts Lambda alone: the account's owner is let in for the test, and out again. */
async function credentialsOf(name: FunctionName): Promise<Credentials> {
  const { Role: roleArn } = await new LambdaClient(clientConfig(endpoint)).send(
    new GetFunctionConfigurationCommand({ FunctionName: `TokenCapture-${name}` }),
  );
  const trust = (principal: object) =>
    query(endpoint, 'iam', {
      Action: 'UpdateAssumeRolePolicy',
      Version: '2010-05-08',
      RoleName: roleArn!.split('/').at(-1)!,
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
      }),
    });
  await trust({ AWS: `arn:aws:iam::${roleArn!.split(':')[4]}:root` });
  try {
    return await assumeRole(endpoint, roleArn!);
  } finally {
    await trust({ Service: 'lambda.amazonaws.com' });
  }
}
