import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import vectors from '../../docs/sealing-vectors.json' with { type: 'json' };
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { startProduct } from '../support/product.ts';

const run = promisify(execFile);
const cwd = dirname(dirname(import.meta.dirname));

const python = async (...parameters: string[]) => {
  const env = { ...process.env, AWS_DEFAULT_REGION: process.env['AWS_REGION'] ?? 'us-east-1' };
  return (await run('python3', parameters, { cwd, env })).stdout;
};
const hasNo = async (packages: string) =>
  python('-c', `import ${packages}`).then(
    () => undefined,
    () => `no ${packages} here; npm run test:deploy has them`,
  );

// What the deploy test runs with Python packages of its own, here with those that the machine has.
describe("the documentation's Python script", () => {
  test('opens the test vectors and no others', async (t) => {
    const lacks = await hasNo('cryptography');
    if (lacks !== undefined) return t.skip(lacks);
    const counted = await python(join('test', 'support', 'open_vectors.py'));
    assert.equal(counted.trim(), `${vectors.opens.length} ${vectors.refused.length}`);
  });

  test('opens a row of the table, KMS opening its data key', async (t) => {
    const lacks = await hasNo('boto3, cryptography');
    if (lacks !== undefined) return t.skip(lacks);
    const product = await startProduct(t);
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner: 'customer-1',
      providers: ['demo'],
    });
    const browser = new CookieBrowser();
    const off = await browser.go(url);
    await browser.go(await signInAtDemo(off.headers.get('location')!, 'ada', browser));
    const { TABLE_NAME, KEY_ID } = product.environment;
    const open = async (...more: string[]) =>
      JSON.parse(
        await python(
          join('docs', 'open_sealed.py'),
          ...[TABLE_NAME, KEY_ID, 'customer-1', 'demo', 'ada', ...more],
        ),
      );
    const { accessToken } = await product.invoke('get-token', {
      owner: 'customer-1',
      provider: 'demo',
    });
    assert.equal((await open()).accessToken, accessToken);
    assert.equal((await open('profile')).account, 'ada');
  });
});
