import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ConfigurationInput } from '../../infra/configuration.ts';
import { synthesize } from '../support/synthesize.ts';
import { runProgram } from './support/children.ts';
import { deployment } from './support/deployment.ts';

// Fn::Join where Fn::Sub would do, and DependsOn beside a reference: its templates are not for reading.
const WAYS_OF_THE_CDK = ['I1022', 'W3005'];

const TEMPLATES: Record<string, Partial<ConfigurationInput>> = {
  default: {},
  everything: {
    domainName: 'connect.example.com',
    hostedZone: { id: 'Z0123456789ABC', name: 'example.com' },
    functions: { 'get-token': { reservedConcurrency: 50 } },
    permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/boundary',
    tags: { team: 'payments' },
    tracing: true,
  },
};

test('cfn-lint finds nothing in the templates that are deployed to AWS', async () => {
  const { folder, pythonBin } = deployment();
  const paths = Object.entries(TEMPLATES).map(([name, input]) => {
    const { template } = synthesize({
      providers: ['github', 'google'],
      callers: { billing: { functions: ['get-token'] }, web: {} },
      ...input,
    });
    const path = join(folder, `${name}.template.json`);
    writeFileSync(path, JSON.stringify(template));
    return path;
  });
  const { status, output } = await runProgram(join(pythonBin, 'cfn-lint'), [
    ...['--include-checks', 'I', '--non-zero-exit-code', 'informational'],
    ...['--ignore-checks', ...WAYS_OF_THE_CDK, '--template', ...paths],
  ]);
  assert.equal(status, 0, output);
});
