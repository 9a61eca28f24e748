import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { type ConfigurationInput, defaultSecretPrefix } from '../../infra/configuration.ts';
import { functionSettings } from '../../infra/constructs/function-settings.ts';
import { STACK_NAME_KEY } from '../../infra/constructs/token-capture-stack.ts';
import { TokenCapture } from '../../infra/token-capture.ts';
import { LEASE_SECONDS, PROVIDER_MILLISECONDS } from '../../shared/tokens/lease.ts';
import {
  functionOf,
  onlyResource,
  resourcesOf,
  scratchFolder,
  synthesize,
  templateOf,
} from '../support/synthesize.ts';

const providers = ['github'];
const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/6f0e2ad4';
const hostedZone = { id: 'Z0123456789ABC', name: 'example.com' };
const domainName = 'connect.example.com';

const { template } = synthesize({ providers });

describe('a domain of one’s own', () => {
  const { template } = synthesize({ providers, domainName, certificateArn });

  test('is the base URL', () => {
    assert.equal(template.Outputs['BaseUrl']!.Value, 'https://connect.example.com');
    assert.equal(
      template.Outputs['RedirectUriGithub']!.Value,
      'https://connect.example.com/github/callback',
    );
    const { Variables } = functionOf(template, 'callback').Properties['Environment'] as {
      Variables: Record<string, unknown>;
    };
    assert.equal(Variables['BASE_URL'], 'https://connect.example.com');
    assert.equal(
      onlyResource(template, 'AWS::ApiGatewayV2::ApiMapping').Properties['Stage'] !== undefined,
      true,
    );
  });

  test('has the certificate, and TLS 1.2 at least', () => {
    const [configuration] = onlyResource(template, 'AWS::ApiGatewayV2::DomainName').Properties[
      'DomainNameConfigurations'
    ] as Record<string, unknown>[];
    assert.equal(configuration!['CertificateArn'], certificateArn);
    assert.equal(configuration!['SecurityPolicy'], 'TLS_1_2');
    assert.deepEqual(resourcesOf(template, 'AWS::CertificateManager::Certificate'), {});
  });

  test('says where its record has to lead', () => {
    assert.ok(template.Outputs['DomainTarget']);
    assert.deepEqual(resourcesOf(template, 'AWS::Route53::RecordSet'), {});
  });

  test('in a hosted zone: record and certificate are made', () => {
    const { template } = synthesize({ providers, domainName, hostedZone });
    const records = Object.values(resourcesOf(template, 'AWS::Route53::RecordSet'));
    assert.deepEqual(records.map(({ Properties }) => Properties['Type']).sort(), ['A', 'AAAA']);
    assert.equal(template.Outputs['DomainTarget'], undefined);
    assert.equal(
      onlyResource(template, 'AWS::CertificateManager::Certificate').Properties['DomainName'],
      domainName,
    );
  });
});

test('without a domain of one’s own the API has its own address', () => {
  const { Properties } = onlyResource(template, 'AWS::ApiGatewayV2::Api');
  assert.equal(Properties['IpAddressType'], 'dualstack');
  assert.deepEqual(resourcesOf(template, 'AWS::ApiGatewayV2::DomainName'), {});
});

describe('limits', () => {
  const limitsOf = ({ Properties }: { Properties: Record<string, unknown> }) =>
    Object.fromEntries(
      Object.entries(Properties['RouteSettings'] as Record<string, Record<string, number>>).map(
        ([route, each]) => [route, [each['ThrottlingRateLimit'], each['ThrottlingBurstLimit']]],
      ),
    );

  test('every route has its own', () => {
    assert.deepEqual(limitsOf(onlyResource(template, 'AWS::ApiGatewayV2::Stage')), {
      'GET /connect': [50, 100],
      'GET /{provider}/authorize': [20, 40],
      'GET /{provider}/callback': [10, 20],
      'POST /{provider}/callback': [10, 20],
    });
  });

  test('providers that hang do not take all executions of an account', () => {
    const stage = onlyResource(template, 'AWS::ApiGatewayV2::Stage');
    const held = Object.entries(limitsOf(stage)).reduce((sum, [route, [rate]]) => {
      const name = route.match(/authorize|callback/)?.[0];
      if (name === undefined) return sum;
      return sum + rate! * (functionOf(template, name).Properties['Timeout'] as number);
    }, 0);
    assert.ok(held < 1_000, `${held} executions`);
  });

  test('the stage is made after the routes that it names', () => {
    const stage = onlyResource(template, 'AWS::ApiGatewayV2::Stage') as unknown as {
      DependsOn: string[];
    };
    for (const route of Object.keys(resourcesOf(template, 'AWS::ApiGatewayV2::Route'))) {
      assert.ok(stage.DependsOn.includes(route), route);
    }
  });

  test('may be set otherwise', () => {
    const { template } = synthesize({
      providers,
      throttle: { callback: { rateLimit: 100, burstLimit: 200 } },
    });
    const limits = limitsOf(onlyResource(template, 'AWS::ApiGatewayV2::Stage'));
    assert.deepEqual(limits['POST /{provider}/callback'], [100, 200]);
    assert.deepEqual(limits['GET /connect'], [50, 100]);
  });
});

describe('functions', () => {
  const names = Object.keys(functionSettings);

  test('512 MB, no traces, and no share of the account’s concurrency', () => {
    for (const name of names) {
      const { Properties } = functionOf(template, name);
      assert.equal(Properties['MemorySize'], 512);
      assert.equal(Properties['TracingConfig'], undefined);
      assert.equal(Properties['ReservedConcurrentExecutions'], undefined);
      assert.equal(Properties['VpcConfig'], undefined);
    }
  });

  test('no time-out is shorter than a refresh behind another one', () => {
    const needed = LEASE_SECONDS + PROVIDER_MILLISECONDS / 1_000;
    assert.ok(functionSettings['get-token'].leastTimeoutSeconds >= needed + 2);
    for (const { timeoutSeconds, leastTimeoutSeconds } of Object.values(functionSettings)) {
      assert.ok(leastTimeoutSeconds <= timeoutSeconds);
    }
  });

  test('may be set otherwise, one by one', () => {
    const { template } = synthesize({
      providers,
      functions: {
        'get-token': { memoryMegabytes: 1024, timeoutSeconds: 25, reservedConcurrency: 50 },
      },
      tracing: true,
      logRetentionDays: 365,
    });
    const { Properties } = functionOf(template, 'get-token');
    assert.equal(Properties['MemorySize'], 1024);
    assert.equal(Properties['Timeout'], 25);
    assert.equal(Properties['ReservedConcurrentExecutions'], 50);
    assert.deepEqual(Properties['TracingConfig'], { Mode: 'Active' });
    assert.equal(functionOf(template, 'callback').Properties['MemorySize'], 512);
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Logs::LogGroup'))) {
      assert.equal(Properties['RetentionInDays'], 365);
    }
  });
});

test('tags are on everything that bears some', () => {
  const { template } = synthesize({ providers, tags: { team: 'payments' } });
  for (const type of [
    'AWS::Lambda::Function',
    'AWS::SecretsManager::Secret',
    'AWS::KMS::Key',
    'AWS::IAM::Role',
  ]) {
    for (const { Properties } of Object.values(resourcesOf(template, type))) {
      assert.deepEqual(Properties['Tags'], [
        { Key: 'application', Value: 'oauth2-token-capture' },
        { Key: 'team', Value: 'payments' },
      ]);
    }
  }
});

test('a permissions boundary is on every role', () => {
  const boundary = 'arn:aws:iam::123456789012:policy/boundary';
  const { template } = synthesize({ providers, permissionsBoundaryArn: boundary });
  const roles = Object.values(resourcesOf(template, 'AWS::IAM::Role'));
  assert.ok(roles.length > 0);
  for (const { Properties } of roles) assert.equal(Properties['PermissionsBoundary'], boundary);
});

test('other stacks find the base URL, the functions and the event bus in parameters', () => {
  const parameters = Object.values(resourcesOf(template, 'AWS::SSM::Parameter'));
  assert.deepEqual(parameters.map(({ Properties }) => Properties['Name']).sort(), [
    '/oauth2-token-capture/TokenCapture/base-url',
    '/oauth2-token-capture/TokenCapture/event-bus',
    '/oauth2-token-capture/TokenCapture/functions/complete-connect',
    '/oauth2-token-capture/TokenCapture/functions/create-connect-session',
    '/oauth2-token-capture/TokenCapture/functions/disconnect',
    '/oauth2-token-capture/TokenCapture/functions/get-token',
    '/oauth2-token-capture/TokenCapture/functions/list-connections',
  ]);
});

describe('several stages in one account', () => {
  const input: ConfigurationInput = {
    providers,
    domainName,
    certificateArn,
    stages: {
      Staging: { domainName: 'connect.staging.example.com', operator: { getToken: true } },
    },
  };
  const staging = synthesize(input, { [STACK_NAME_KEY]: 'Staging' });
  const { template: production } = synthesize(input);

  test('a stage replaces the fields that it names, and no others', () => {
    assert.equal(staging.template.Outputs['BaseUrl']!.Value, 'https://connect.staging.example.com');
    assert.equal(production.Outputs['BaseUrl']!.Value, `https://${domainName}`);
    assert.deepEqual(
      Object.keys(staging.template.Outputs).sort(),
      Object.keys(production.Outputs).sort(),
    );
  });

  test('nothing that has a name of its own is named twice', () => {
    const names = (template: typeof production) =>
      Object.values(template.Resources).flatMap(({ Type, Properties }) =>
        ['FunctionName', 'Name', 'AliasName', 'DomainName', 'TableName', 'LogGroupName']
          .map((field) => Properties?.[field])
          .filter((name) => typeof name === 'string')
          // An alias of a function is named within it.
          .filter(() => Type !== 'AWS::Lambda::Alias')
          .map((name) => `${Type} ${name}`),
      );
    const taken = new Set(names(production));
    assert.ok(taken.size > 10);
    // The API's name is no key: two may share it.
    assert.deepEqual(
      names(staging.template).filter((name) => taken.has(name)),
      [],
    );
  });

  test('the secrets are named after the stack, or as the configuration says', () => {
    const secretOf = (template: typeof production) =>
      onlyResource(template, 'AWS::SecretsManager::Secret').Properties['Name'];
    assert.equal(secretOf(production), 'oauth2-token-capture/github');
    assert.equal(secretOf(staging.template), 'oauth2-token-capture/Staging/github');
    assert.equal(defaultSecretPrefix('Staging'), 'oauth2-token-capture/Staging');
    const { template } = synthesize({ providers, secretPrefix: 'team-a/oauth' });
    assert.equal(secretOf(template), 'team-a/oauth/github');
  });

  test('two in one app do not share bundles', () => {
    const folder = scratchFolder();
    const app = new App({
      outdir: join(folder, 'cdk.out'),
      analyticsReporting: false,
      builtinCloudFormationValidation: false,
    });
    const here = process.cwd();
    process.chdir(folder);
    try {
      const assets = ['One', 'Two'].map((name) => {
        const stack = new Stack(app, name);
        new TokenCapture(stack, 'Capture', { providers });
        return stack;
      });
      const [one, two] = assets.map(
        (stack) => functionOf(templateOf(app, stack), 'get-token').Properties['Code'],
      );
      assert.notDeepEqual(one, two);
    } finally {
      process.chdir(here);
    }
  });
});

describe('a mistake in a field of the deployment', () => {
  const mistakes: [object, string][] = [
    [{ domainName: 'https://x.example' }, 'token-capture.domainName: expected a host name'],
    [{ domainName }, 'token-capture.domainName: expected a certificateArn beside it'],
    [{ certificateArn }, 'token-capture.certificateArn: expected a domainName beside it'],
    [{ hostedZone }, 'token-capture.hostedZone: expected a domainName beside it'],
    [
      { domainName: 'connect.example.org', hostedZone },
      'token-capture.hostedZone.name: expected the zone that connect.example.org is in',
    ],
    [
      { functions: { 'get-token': { timeoutSeconds: 5 } } },
      'token-capture.functions.get-token.timeoutSeconds: expected 22 to 29',
    ],
    [
      { functions: { callback: { timeoutSeconds: 60 } } },
      'token-capture.functions.callback.timeoutSeconds: expected a whole number of at most 29',
    ],
    [
      { functions: { callback: { memoryMegabytes: 128 } } },
      'token-capture.functions.callback.memoryMegabytes: expected a whole number from 256',
    ],
    [{ functions: { refresh: {} } }, 'token-capture.functions.refresh: no such field'],
    [
      { throttle: { callback: { rateLimit: 0, burstLimit: 1 } } },
      'token-capture.throttle.callback.rateLimit: expected requests a second, above 0',
    ],
    [{ logRetentionDays: 100 }, 'token-capture.logRetentionDays: expected one of 1, 3, 5'],
    [{ tracing: 'yes' }, 'token-capture.tracing: expected true or false'],
    [{ tags: { 'aws:x': 'y' } }, 'token-capture.tags.aws:x: expected a key that AWS allows'],
    [{ permissionsBoundaryArn: 'boundary' }, 'token-capture.permissionsBoundaryArn: expected'],
    [{ secretPrefix: '/x' }, 'token-capture.secretPrefix: expected letters'],
    [
      { stages: { Staging: { providers: [] } } },
      'token-capture.stages.Staging.providers: expected at least one provider',
    ],
    [{ stages: { Staging: { stages: {} } } }, 'token-capture.stages.Staging.stages: no such field'],
  ];
  for (const [field, message] of mistakes) {
    test(`is named: ${message}`, () => {
      assert.throws(
        () => synthesize({ providers, ...field }),
        (error: Error) => {
          assert.equal(error.message.slice(0, message.length), message);
          return error.name === 'ConfigurationError';
        },
      );
    });
  }

  test('a certificate of another region', () => {
    const stack = new Stack(new App(), 'Elsewhere', { env: { region: 'us-east-1' } });
    assert.throws(
      () => new TokenCapture(stack, 'Capture', { providers, domainName, certificateArn }),
      {
        key: 'TokenCapture.certificateArn',
        message: /expected a certificate in us-east-1, where the stack is, found one in eu-west-1/,
      },
    );
  });
});
