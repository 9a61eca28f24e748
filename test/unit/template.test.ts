import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { permissions } from '../../infra/constructs/permissions.ts';
import { functionNames, routes } from '../../shared/routes.ts';
import { functionOf, onlyResource, resourcesOf, synthesize } from '../support/synthesize.ts';

const { stack, template } = synthesize({
  providers: ['github', { id: 'sso', name: 'Our SSO', issuer: 'https://sso.example.com' }],
});

test('the stack cannot be deleted by mistake', () => {
  assert.equal(stack.terminationProtection, true);
});

describe('table', () => {
  const table = onlyResource(template, 'AWS::DynamoDB::GlobalTable');
  const replicas = table.Properties['Replicas'] as Record<string, unknown>[];

  test('on demand, recoverable, protected and kept', () => {
    assert.equal(table.Properties['BillingMode'], 'PAY_PER_REQUEST');
    assert.equal(replicas.length, 1);
    assert.equal(replicas[0]!['DeletionProtectionEnabled'], true);
    assert.deepEqual(replicas[0]!['PointInTimeRecoverySpecification'], {
      PointInTimeRecoveryEnabled: true,
    });
    assert.equal(table.DeletionPolicy, 'Retain');
    assert.equal(table.UpdateReplacePolicy, 'Retain');
  });

  test('stream, expiry and the keys that are due', () => {
    assert.deepEqual(table.Properties['StreamSpecification'], {
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    });
    assert.deepEqual(table.Properties['TimeToLiveSpecification'], {
      AttributeName: 'ttl',
      Enabled: true,
    });
    assert.deepEqual(table.Properties['KeySchema'], [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    assert.deepEqual(table.Properties['GlobalSecondaryIndexes'], [
      {
        IndexName: 'due',
        KeySchema: [
          { AttributeName: 'duePartition', KeyType: 'HASH' },
          { AttributeName: 'dueAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
  });

  test('encrypted under no key of the account, so that no function needs rights on one', () => {
    assert.deepEqual(table.Properties['SSESpecification'], { SSEEnabled: false });
  });
});

test('the sealing key rotates and is kept', () => {
  const key = onlyResource(template, 'AWS::KMS::Key');
  assert.equal(key.Properties['EnableKeyRotation'], true);
  assert.equal(key.DeletionPolicy, 'RetainExceptOnCreate');
  assert.deepEqual(onlyResource(template, 'AWS::KMS::Alias').Properties['TargetKeyId'], {
    'Fn::GetAtt': [key.id, 'Arn'],
  });
});

describe('secrets', () => {
  const secrets = Object.values(resourcesOf(template, 'AWS::SecretsManager::Secret'));

  test('one for each provider, without a value, and kept', () => {
    assert.deepEqual(secrets.map(({ Properties }) => Properties['Name']).sort(), [
      'oauth2-token-capture/github',
      'oauth2-token-capture/sso',
    ]);
    for (const secret of secrets) {
      assert.deepEqual(Object.keys(secret.Properties).sort(), ['Description', 'Name', 'Tags']);
      assert.equal(secret.DeletionPolicy, 'RetainExceptOnCreate');
      assert.equal(secret.UpdateReplacePolicy, 'Retain');
    }
  });

  test('the description says what to register, what to enter and how', () => {
    const github = secrets.find(({ Properties }) => String(Properties['Name']).endsWith('github'));
    const description = JSON.stringify(github!.Properties['Description']);
    assert.match(description, /\/github\/callback/);
    assert.match(description, /token-capture providers set github --client-id/);
    assert.match(description, /client_secret/);
  });
});

describe('functions', () => {
  for (const name of functionNames) {
    test(`${name} runs on Node.js 24 and arm64`, () => {
      const { Properties } = functionOf(template, name);
      assert.equal(Properties['FunctionName'], `TokenCapture-${name}`);
      assert.deepEqual(Properties['Architectures'], ['arm64']);
      assert.equal(Properties['Runtime'], 'nodejs24.x');
      assert.equal(Properties['Handler'], 'index.handler');
      assert.ok((Properties['Timeout'] as number) <= 29, 'an HTTP API gives up after 29 seconds');
      const { LogFormat, LogGroup } = Properties['LoggingConfig'] as Record<string, unknown>;
      assert.equal(LogFormat, 'JSON');
      assert.ok(LogGroup);
    });
  }

  test('there are no others, and no helper of CDK among them', () => {
    const found = Object.keys(resourcesOf(template, 'AWS::Lambda::Function'));
    assert.equal(found.length, functionNames.length);
  });

  const queueId = (part: string) =>
    Object.keys(resourcesOf(template, 'AWS::SQS::Queue')).find((id) => id.includes(part));

  test('the environment names the table, the key and the base URL, and what else the function uses', () => {
    for (const name of functionNames) {
      const { Variables } = functionOf(template, name).Properties['Environment'] as {
        Variables: unknown;
      };
      assert.deepEqual(Variables, {
        TABLE_NAME: { Ref: onlyResource(template, 'AWS::DynamoDB::GlobalTable').id },
        KEY_ID: { 'Fn::GetAtt': [onlyResource(template, 'AWS::KMS::Key').id, 'Arn'] },
        BASE_URL: {
          'Fn::GetAtt': [onlyResource(template, 'AWS::ApiGatewayV2::Api').id, 'ApiEndpoint'],
        },
        ...(permissions[name].events && {
          EVENT_BUS_NAME: { Ref: onlyResource(template, 'AWS::Events::EventBus').id },
        }),
        ...(permissions[name].queues?.refresh?.includes('SendMessage') && {
          REFRESH_QUEUE_URL: { Ref: queueId('RefreshQueue') },
        }),
        ...(permissions[name].queues?.spool?.includes('SendMessage') && {
          SPOOL_QUEUE_URL: { Ref: queueId('SpoolQueue') },
        }),
      });
    }
  });
});

test('every log ends, and outlives the stack', () => {
  const logs = Object.values(resourcesOf(template, 'AWS::Logs::LogGroup'));
  assert.equal(logs.length, functionNames.length + 1);
  for (const log of logs) {
    assert.equal(log.Properties['RetentionInDays'], 180);
    assert.equal(log.DeletionPolicy, 'RetainExceptOnCreate');
  }
});

describe('browser API', () => {
  const stage = onlyResource(template, 'AWS::ApiGatewayV2::Stage');

  test('the routes of the route table', () => {
    const keys = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route')).map(
      ({ Properties }) => Properties['RouteKey'],
    );
    assert.deepEqual(keys.sort(), routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  test('a default stage, throttled', () => {
    assert.equal(stage.Properties['StageName'], '$default');
    assert.deepEqual(stage.Properties['DefaultRouteSettings'], {
      ThrottlingBurstLimit: 100,
      ThrottlingRateLimit: 50,
    });
  });

  test('no page of another origin may call it', () => {
    const { Properties } = onlyResource(template, 'AWS::ApiGatewayV2::Api');
    assert.equal(Properties['CorsConfiguration'], undefined);
  });
});

test('outputs say where to send browsers, what to register, what to type and what to invoke', () => {
  assert.deepEqual(Object.keys(template.Outputs).sort(), [
    'BaseUrl',
    'CompleteConnectFunction',
    'CreateConnectSessionFunction',
    'DisconnectFunction',
    'EventBus',
    'Existing',
    'GetTokenFunction',
    'ListConnectionsFunction',
    'RedirectUriGithub',
    'RedirectUriSso',
    'SetClientGithub',
    'SetClientSso',
  ]);
  const api = onlyResource(template, 'AWS::ApiGatewayV2::Api').id;
  assert.deepEqual(template.Outputs['RedirectUriSso']!.Value, {
    'Fn::Join': ['', [{ 'Fn::GetAtt': [api, 'ApiEndpoint'] }, '/sso/callback']],
  });
  assert.equal(
    template.Outputs['SetClientSso']!.Value,
    'npx token-capture providers set sso --client-id ID --stack TokenCapture',
  );
});
