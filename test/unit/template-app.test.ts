import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { CONTEXT_KEY, type ConfigurationInput } from '../../infra/configuration.ts';
import { STACK_NAME_KEY } from '../../infra/constructs/token-capture-stack.ts';
import { scratchFolder, synthesize, type Template } from '../support/synthesize.ts';

/** Runs a program in a folder of its own, with no AWS set-up of the person in reach. */
function run(program: string, args: string[], environment: Record<string, string> = {}) {
  const folder = scratchFolder();
  writeFileSync(
    join(folder, 'cdk.json'),
    JSON.stringify({
      app: `"${process.execPath}" "${resolve('infra/app.ts')}"`,
      context: { [CONTEXT_KEY]: { providers: ['github'] } },
    }),
  );
  const { status, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, CI: 'true', ...environment },
  });
  return { folder, status, stderr };
}

const runApp = (context: Record<string, unknown>) =>
  run(process.execPath, [resolve('infra/app.ts')], {
    CDK_CONTEXT_JSON: JSON.stringify(context),
  });

describe('a mistake in cdk.json', () => {
  const mistakes: [ConfigurationInput | undefined, string][] = [
    [{ providers: ['githup'] }, 'token-capture.providers.0: "githup" is not in the catalog'],
    [{ providers: [] }, 'token-capture.providers: expected at least one provider'],
    [undefined, 'cdk.json: expected "context": {"token-capture": {...}}'],
  ];
  for (const [input, message] of mistakes) {
    test(`ends in one line: ${message}`, () => {
      const { status, stderr } = runApp(input === undefined ? {} : { [CONTEXT_KEY]: input });
      assert.equal(status, 1);
      assert.ok(stderr.startsWith(message), stderr);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    });
  }

  test('is named when it comes from the command line', () => {
    const { status, stderr } = runApp({ [CONTEXT_KEY]: '{"providers":' });
    assert.equal(status, 1);
    assert.equal(stderr, 'token-capture: expected JSON\n');
  });
});

test('the context may name the stack', () => {
  const { stack } = synthesize({ providers: ['github'] }, { [STACK_NAME_KEY]: 'Staging' });
  assert.equal(stack.stackName, 'Staging');
});

test('CloudFormation finds nothing wrong with the template', () => {
  const template = synthesize({ providers: ['github'] }, {}, true);
  assert.ok(template);
});

test('cdk synth needs no credentials, no region and no Docker', () => {
  const cdk = resolve('node_modules/.bin/cdk');
  const { folder, status, stderr } = run(cdk, ['synth', '--quiet', '--no-notices']);
  assert.equal(status, 0, stderr);
  const path = join(folder, 'cdk.out/TokenCapture.template.json');
  const template = JSON.parse(readFileSync(path, 'utf8')) as Template;
  assert.ok(template.Outputs['BaseUrl']);
});
