import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { synthesize } from '../support/synthesize.ts';
import { runProgram } from './support/children.ts';
import { deployment } from './support/deployment.ts';

// Fn::Join where Fn::Sub would do, and DependsOn beside a reference: its templates are not for reading.
const WAYS_OF_THE_CDK = ['I1022', 'W3005'];

test('cfn-lint finds nothing in the template that is deployed to AWS', async () => {
  const { folder, pythonBin } = deployment();
  const { template } = synthesize({
    providers: ['github', 'google'],
    callers: { billing: { functions: ['get-token'] }, web: {} },
  });
  const path = join(folder, 'template.json');
  writeFileSync(path, JSON.stringify(template));
  const { status, output } = await runProgram(join(pythonBin, 'cfn-lint'), [
    ...['--include-checks', 'I', '--non-zero-exit-code', 'informational'],
    ...['--ignore-checks', ...WAYS_OF_THE_CDK, '--template', path],
  ]);
  assert.equal(status, 0, output);
});
