import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { App } from 'aws-cdk-lib';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { BillingStack } from '../../examples/embedded/billing-stack.ts';
import { CONTEXT_KEY } from '../../infra/configuration.ts';
import { functionOf, resourcesOf, scratchFolder, templateOf } from '../support/synthesize.ts';

const folder = scratchFolder();
const example = 'examples/embedded';
const { app: command, context } = JSON.parse(readFileSync(`${example}/cdk.json`, 'utf8'));

describe('the example that embeds the construct', () => {
  const app = new App({
    outdir: join(folder, 'cdk.out'),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    context: CURRENTLY_RECOMMENDED_FLAGS,
  });
  const stack = new BillingStack(app, 'Billing', {
    capture: { ...context[CONTEXT_KEY], outdir: join(folder, 'functions') },
  });
  const template = templateOf(app, stack);

  test('its service has the alias of its caller in its environment', () => {
    const { Variables } = functionOf(template, 'service').Properties['Environment'] as {
      Variables: { GET_TOKEN: { Ref: string } };
    };
    const alias = template.Resources[Variables.GET_TOKEN.Ref]!;
    assert.equal(alias.Type, 'AWS::Lambda::Alias');
    assert.equal(alias.Properties['Name'], 'billing');
  });

  test('its service may invoke that alias, and nothing else', () => {
    const statements = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).flatMap(
      ({ Properties }) =>
        (Properties['PolicyDocument'] as { Statement: { Action: string; Resource: unknown }[] })
          .Statement,
    );
    assert.equal(statements.length, 1);
    assert.equal(statements[0]!.Action, 'lambda:InvokeFunction');
    const { Ref } = statements[0]!.Resource as { Ref: string };
    assert.equal(template.Resources[Ref]!.Properties['Name'], 'billing');
  });

  test('its app runs as its cdk.json says', () => {
    const [program, ...args] = command.split(' ');
    assert.equal(program, 'node');
    const out = join(folder, 'app.out');
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: example,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        CDK_OUTDIR: out,
        CDK_CONTEXT_JSON: JSON.stringify(context),
      },
    });
    assert.equal(status, 0, stderr);
    assert.ok(JSON.parse(readFileSync(join(out, 'Billing.template.json'), 'utf8')).Resources);
  });
});
