import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import vectors from '../../docs/sealing-vectors.json' with { type: 'json' };
import { makeCdk } from './support/cdk.ts';
import { runProgram } from './support/children.ts';
import { connect } from './support/connect.ts';
import { deployment, invoke } from './support/deployment.ts';
import { REGION } from './support/emulator.ts';
import { ROOT } from './support/root.ts';
import { KEY, onlyResource, TABLE } from './support/stack.ts';

const { endpoint, pythonBin } = deployment();
const { environment } = makeCdk(deployment());
// boto3 knows no AWS_REGION.
const env = { ...environment, AWS_DEFAULT_REGION: REGION };

async function python(...parameters: string[]): Promise<string> {
  const { status, stdout, output } = await runProgram(join(pythonBin, 'python'), parameters, {
    cwd: ROOT,
    env,
  });
  assert.equal(status, 0, output);
  return stdout;
}

describe("the documentation's Python script", () => {
  const owner = 'customer-9';
  before(async () => {
    await connect(owner, 'barbara');
  });

  test('opens the test vectors and no others', async () => {
    const counted = await python(join('test', 'support', 'open_vectors.py'));
    assert.equal(counted.trim(), `${vectors.opens.length} ${vectors.refused.length}`);
  });

  test('opens a row of the deployed table, KMS opening its data key', async () => {
    const table = await onlyResource(endpoint, TABLE);
    const key = await onlyResource(endpoint, KEY);
    const row = [table.physicalId, key.physicalId, owner, 'demo', 'barbara'];
    const { accessToken } = await invoke('get-token', 'billing', { owner, provider: 'demo' });
    const tokens = JSON.parse(await python(join('docs', 'open_sealed.py'), ...row));
    assert.equal(tokens.accessToken, accessToken);
    const profile = JSON.parse(await python(join('docs', 'open_sealed.py'), ...row, 'profile'));
    assert.equal(profile.account, 'barbara');
  });
});
