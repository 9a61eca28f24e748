import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { TokenCapture } from '../../infra/token-capture.ts';
import { ConfigurationError } from '../../shared/errors.ts';
import { serviceFunctions } from '../../shared/routes.ts';
import {
  onlyResource,
  resourcesOf,
  scratchFolder,
  synthesize,
  type Template,
  templateOf,
} from '../support/synthesize.ts';

/** The functions that each alias stands on, by alias. */
function aliasesOf(template: Template): Record<string, string[]> {
  const pairs = Object.values(resourcesOf(template, 'AWS::Lambda::Alias')).map(({ Properties }) => {
    const { Ref } = Properties['FunctionName'] as { Ref: string };
    const name = template.Resources[Ref]!.Properties['FunctionName'] as string;
    return { alias: Properties['Name'] as string, name: name.slice(name.indexOf('-') + 1) };
  });
  const byAlias = Object.groupBy(pairs, ({ alias }) => alias);
  return Object.fromEntries(
    Object.entries(byAlias).map(([alias, own]) => [alias, own!.map(({ name }) => name).sort()]),
  );
}

const folder = scratchFolder();
const app = new App({
  outdir: join(folder, 'cdk.out'),
  analyticsReporting: false,
  builtinCloudFormationValidation: false,
});
const stack = new Stack(app, 'Team');
const capture = new TokenCapture(stack, 'Capture', {
  providers: ['github'],
  callers: { billing: { functions: ['get-token', 'list-connections'] }, web: {} },
  outdir: join(folder, 'functions'),
});
const role = new Role(stack, 'Billing', { assumedBy: new ServicePrincipal('ecs.amazonaws.com') });
capture.grant(role, 'billing');
const unknownCaller = (name: string) => () => capture.grant(role, name);
const template = templateOf(app, stack);

const ALL = [...serviceFunctions].sort();
const WITHOUT_TOKENS = ALL.filter((name) => name !== 'get-token');

describe('aliases', () => {
  test('a caller has one on each function that it may invoke; the operator reads no tokens', () => {
    assert.deepEqual(aliasesOf(template), {
      billing: ['get-token', 'list-connections'],
      web: ALL,
      operator: WITHOUT_TOKENS,
    });
  });

  test('without callers there is one, default, and the operator may be given tokens', () => {
    const { template } = synthesize({ providers: ['github'], operator: { getToken: true } });
    assert.deepEqual(aliasesOf(template), { default: ALL, operator: ALL });
  });

  test('each stands on a published version', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Lambda::Alias'))) {
      const { 'Fn::GetAtt': version } = Properties['FunctionVersion'] as {
        'Fn::GetAtt': [string, string];
      };
      assert.equal(template.Resources[version[0]]!.Type, 'AWS::Lambda::Version');
    }
  });
});

describe('grant', () => {
  test('lets a role invoke the aliases of its caller and nothing else', () => {
    const { Statement } = onlyResource(template, 'AWS::IAM::Policy').Properties[
      'PolicyDocument'
    ] as { Statement: { Action: unknown; Resource: { Ref: string } }[] };
    const aliases = Object.entries(resourcesOf(template, 'AWS::Lambda::Alias'))
      .filter(([, { Properties }]) => Properties['Name'] === 'billing')
      .map(([id]) => id);
    assert.deepEqual(Statement.map(({ Resource }) => Resource.Ref).sort(), aliases.sort());
    for (const { Action } of Statement) assert.equal(Action, 'lambda:InvokeFunction');
  });

  test('knows the callers of the configuration alone', () => {
    for (const name of ['bilings', 'constructor']) {
      assert.throws(unknownCaller(name), {
        name: 'ConfigurationError',
        key: 'TokenCapture.callers',
        message: `TokenCapture.callers: "${name}" is not configured (there are: billing, web, operator)`,
      });
    }
  });
});

test('embedded, the functions are named after the stack of the team', () => {
  const names = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(
    ({ Properties }) => Properties['FunctionName'],
  );
  assert.ok(names.includes('Team-get-token'));
});

describe('a mistake in the props', () => {
  const make = (props: object, stackName = 'Other') => {
    const app = new App({ outdir: join(folder, 'mistakes') });
    return () =>
      new TokenCapture(new Stack(app, stackName), 'Capture', {
        providers: ['github'],
        outdir: join(folder, 'mistaken'),
        ...props,
      });
  };
  const named = (key: string) => (error: unknown) =>
    error instanceof ConfigurationError && error.key === key;

  test('is named by the prop', () => {
    assert.throws(make({ providers: [] }), named('TokenCapture.providers'));
    assert.throws(make({ returnUrls: ['http://x.example'] }), named('TokenCapture.returnUrls.0'));
    assert.throws(make({ colour: 'red' }), named('TokenCapture.colour'));
  });

  test('is found where it would not fit CloudFormation', () => {
    const providers = Array.from({ length: 91 }, (_, index) => ({
      id: `p${index}`,
      issuer: `https://p${index}.example.com`,
    }));
    assert.throws(make({ providers }), named('TokenCapture.providers'));
    make({}, 'A'.repeat(26))();
    assert.throws(make({}, 'A'.repeat(27)), named('TokenCapture'));
  });
});
