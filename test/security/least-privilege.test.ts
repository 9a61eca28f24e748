import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { permissions } from '../../infra/constructs/permissions.ts';
import { EXISTING_KEY } from '../../infra/constructs/token-capture-stack.ts';
import type { QueueName } from '../../shared/queues/queue-definition.ts';
import { type FunctionName, functionNames } from '../../shared/routes.ts';
import { functionOf, onlyResource, resourcesOf, synthesize } from '../support/synthesize.ts';

const { template } = synthesize({ providers: ['github', 'google'] });

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

/** One action that a role may do. */
interface Granted {
  action: string;
  resource: unknown;
  condition: unknown;
}

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const streamArn = () => ({
  'Fn::GetAtt': [onlyResource(template, 'AWS::DynamoDB::GlobalTable').id, 'StreamArn'],
});

function roleOf(name: FunctionName) {
  const reference = functionOf(template, name).Properties['Role'] as { 'Fn::GetAtt': string[] };
  return template.Resources[reference['Fn::GetAtt'][0]!]!;
}

function granted(name: FunctionName): Granted[] {
  const policies = roleOf(name).Properties['Policies'] as {
    PolicyDocument: { Statement: Statement[] };
  }[];
  return policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Effect, Action, Resource, Condition }) => {
      assert.equal(Effect, 'Allow');
      return [Action]
        .flat()
        .flatMap((action) =>
          [Resource].flat().map((resource) => ({ action, resource, condition: Condition })),
        );
    });
}

function expected(name: FunctionName): Granted[] {
  const table = arn(onlyResource(template, 'AWS::DynamoDB::GlobalTable').id);
  const key = arn(onlyResource(template, 'AWS::KMS::Key').id);
  const secretIds = Object.keys(resourcesOf(template, 'AWS::SecretsManager::Secret'));
  const log = functionOf(template, name).Properties['LoggingConfig'] as {
    LogGroup: { Ref: string };
  };
  const rows = (prefix: string, actions: string[] = []) =>
    actions.map((action) => ({
      action: `dynamodb:${action}`,
      resource: table,
      condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${prefix}#*`] } },
    }));
  const bus = arn(onlyResource(template, 'AWS::Events::EventBus').id);
  const own = permissions[name];
  return [
    ...['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
      action,
      resource: arn(log.LogGroup.Ref),
      condition: undefined,
    })),
    ...rows('SESSION', own.sessions),
    ...rows('LIMIT', own.limits),
    ...rows('CALLER', own.uses),
    ...rows('OWNER', own.connections),
    ...(own.dueIndex ?? []).map((action) => ({
      action: `dynamodb:${action}`,
      resource: { 'Fn::Join': ['', [table, '/index/due']] },
      condition: undefined,
    })),
    ...rows('PROVIDER', own.health),
    ...rows('CONTROL', own.controls),
    ...(own.key?.actions ?? []).map((action) => ({
      action: `kms:${action}`,
      resource: key,
      condition: { StringEquals: { 'kms:EncryptionContext:kind': own.key!.kinds } },
    })),
    ...(own.secrets ?? []).flatMap((action) =>
      secretIds.map((id) => ({
        action: `secretsmanager:${action}`,
        resource: { Ref: id },
        condition: undefined,
      })),
    ),
    ...(own.stream ?? []).map((action) => ({
      action: `dynamodb:${action}`,
      resource: streamArn(),
      condition: undefined,
    })),
    ...(own.events ?? []).map((action) => ({
      action: `events:${action}`,
      resource: bus,
      condition: undefined,
    })),
    ...Object.entries(own.queues ?? {}).flatMap(([queue, actions]) =>
      actions.map((action) => ({
        action: `sqs:${action}`,
        resource: arn(queueId(queue as QueueName)),
        condition: undefined,
      })),
    ),
  ];
}

function queueId(name: QueueName): string {
  return Object.keys(resourcesOf(template, 'AWS::SQS::Queue')).find((id) =>
    id.toLowerCase().includes(`${name}queue`),
  )!;
}

const sorted = (list: Granted[]) => list.map((each) => JSON.stringify(each)).sort();

describe('least privilege', () => {
  for (const name of functionNames) {
    test(`row 37: ${name} may do what the table of permissions says, and nothing else`, () => {
      assert.deepEqual(sorted(granted(name)), sorted(expected(name)));
      assert.equal(roleOf(name).Properties['ManagedPolicyArns'], undefined);
    });
  }

  test('row 37: no function shares its role', () => {
    assert.equal(new Set(functionNames.map(roleOf)).size, functionNames.length);
    // And the schedule's.
    const roles = Object.keys(resourcesOf(template, 'AWS::IAM::Role'));
    assert.equal(roles.length, functionNames.length + 1);
  });

  test('row 37: no policy stands beside the roles', () => {
    for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']) {
      assert.deepEqual(resourcesOf(template, type), {});
    }
  });

  test('row 37: no wildcard in an action or as a resource, no scan', () => {
    for (const { action, resource } of functionNames.flatMap(granted)) {
      assert.doesNotMatch(action, /\*|Scan|BatchWrite|PartiQL/);
      assert.equal(typeof resource, 'object', `${action} on ${JSON.stringify(resource)}`);
    }
  });
});

/** Statements with a wildcard, each in a stack that asked for it, and why. */
const WILDCARDS: Record<string, string> = {
  'xray:PutTelemetryRecords, xray:PutTraceSegments on *': 'Traces have no resource.',
  'secretsmanager:GetSecretValue on secret:oauth2-token-capture/github-??????':
    'The end of the ARN of a secret that is there already is known to Secrets Manager alone.',
  'secretsmanager:DescribeSecret on secret:oauth2-token-capture/github-??????': 'The same.',
};

test('row 37: wildcards are those that are listed, with tracing and adopted secrets', () => {
  const { template } = synthesize(
    { providers: ['github'], tracing: true },
    { [EXISTING_KEY]: { secrets: ['github'] } },
  );
  const documents = Object.values(template.Resources).flatMap(({ Type, Properties }) => {
    if (Type === 'AWS::IAM::Policy') return [Properties['PolicyDocument']];
    if (Type !== 'AWS::IAM::Role') return [];
    const policies = Properties['Policies'] as { PolicyDocument: unknown }[];
    return policies.map(({ PolicyDocument }) => PolicyDocument);
  }) as { Statement: Statement[] }[];
  const found = documents
    .flatMap(({ Statement }) => Statement)
    .flatMap(({ Action, Resource }) =>
      [Resource].flat().map((resource) => ({
        actions: [Action].flat().sort().join(', '),
        resource:
          typeof resource === 'string'
            ? resource
            : JSON.stringify(resource).match(/secret:[^"]+/)?.[0],
      })),
    )
    .filter(({ actions, resource }) => /[*?]/.test(`${actions} ${resource ?? ''}`))
    .map(({ actions, resource }) => `${actions} on ${resource}`);
  assert.deepEqual([...new Set(found)].sort(), Object.keys(WILDCARDS).sort());
});

describe('the policy of the sealing key', () => {
  const { Statement: statements } = onlyResource(template, 'AWS::KMS::Key').Properties[
    'KeyPolicy'
  ] as { Statement: (Statement & { Principal: unknown })[] };
  const account = {
    'Fn::Join': [
      '',
      ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root'],
    ],
  };
  const [administration, ...uses] = statements;

  test('row 37: it lets each function use the key as its role does, by the name of the role', () => {
    const users = functionNames.filter((name) => permissions[name].key !== undefined);
    assert.deepEqual(
      uses,
      users.map((name) => {
        const { actions, kinds } = permissions[name].key!;
        const [first, ...others] = actions.map((action) => `kms:${action}`);
        return {
          Effect: 'Allow',
          Principal: { AWS: account },
          Action: others.length === 0 ? first : [first, ...others],
          Resource: '*',
          Condition: {
            StringEquals: {
              'aws:PrincipalArn': {
                'Fn::Join': [
                  '',
                  [
                    ...['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }],
                    ...[':role/TokenCapture-', { Ref: 'AWS::Region' }, `-${name}`],
                  ],
                ],
              },
              'kms:EncryptionContext:kind': kinds,
            },
          },
        };
      }),
    );
  });

  test('row 37: it names the roles as they are', () => {
    for (const name of functionNames) {
      assert.deepEqual(roleOf(name).Properties['RoleName'], {
        'Fn::Join': ['', ['TokenCapture-', { Ref: 'AWS::Region' }, `-${name}`]],
      });
    }
  });

  test('row 37: administrators manage the key, and cannot use it or let somebody use it by a grant', () => {
    assert.deepEqual(administration!.Principal, { AWS: account });
    assert.equal(administration!.Condition, undefined);
    for (const action of administration!.Action) {
      assert.doesNotMatch(
        action,
        /\*|CreateGrant|Encrypt|Decrypt|GenerateDataKey|GenerateMac|Sign|Verify|DeriveSharedSecret/,
      );
    }
  });
});

describe('who holds what', () => {
  const thatMay = (pattern: RegExp) =>
    functionNames.filter((name) => granted(name).some(({ action }) => pattern.test(action))).sort();

  test('row 37: authorize and create-connect-session open nothing', () => {
    assert.deepEqual(thatMay(/^kms:/), [
      'callback',
      'connect-page',
      'disconnect',
      'get-token',
      'list-connections',
      'refresh-connection',
    ]);
  });

  test('row 37: tokens open for those alone that need them', () => {
    const openers = functionNames.filter((name) =>
      granted(name).some(
        ({ action, condition }) =>
          action === 'kms:Decrypt' && JSON.stringify(condition).includes('tokens'),
      ),
    );
    assert.deepEqual(openers.sort(), ['callback', 'disconnect', 'get-token', 'refresh-connection']);
  });

  test('row 37: client secrets are read by those that speak to a provider', () => {
    assert.deepEqual(thatMay(/GetSecretValue/), [
      'authorize',
      'callback',
      'disconnect',
      'get-token',
      'refresh-connection',
    ]);
    assert.deepEqual(thatMay(/DescribeSecret/), ['connect-page']);
  });

  test('row 37: pairs are spooled by those that refresh, and received by the one that merges them', () => {
    const spool = arn(queueId('spool'));
    const spooling = functionNames.filter((name) =>
      granted(name).some(
        ({ action, resource }) =>
          action === 'sqs:SendMessage' && JSON.stringify(resource) === JSON.stringify(spool),
      ),
    );
    assert.deepEqual(spooling.sort(), ['disconnect', 'get-token', 'refresh-connection']);
    assert.deepEqual(thatMay(/sqs:ReceiveMessage/), ['refresh-connection']);
  });

  test('row 37: the stream is read, and events are put, for one function alone', () => {
    assert.deepEqual(thatMay(/^dynamodb:(GetRecords|.*Stream)/), ['publish-events']);
    assert.deepEqual(thatMay(/^events:/), ['publish-events']);
  });

  test('row 37: functions trust Lambda alone', () => {
    for (const name of functionNames) {
      const { Statement } = roleOf(name).Properties['AssumeRolePolicyDocument'] as {
        Statement: { Principal: unknown }[];
      };
      assert.deepEqual(
        Statement.map(({ Principal }) => Principal),
        [{ Service: 'lambda.amazonaws.com' }],
      );
    }
  });

  test('row 37: the API may invoke the function of each route, and only for that route', () => {
    const invoked = Object.values(resourcesOf(template, 'AWS::Lambda::Permission')).map(
      ({ Properties }) => {
        assert.equal(Properties['Principal'], 'apigateway.amazonaws.com');
        return JSON.stringify(Properties['SourceArn']).match(/"(\/\*\/\*\/[^"]+)"/)?.[1];
      },
    );
    assert.deepEqual(invoked.sort(), [
      '/*/*/connect',
      '/*/*/{provider}/authorize',
      '/*/*/{provider}/callback',
      '/*/*/{provider}/callback',
    ]);
  });
});
