import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { buildCli } from '../../infra/cli/build.ts';
import { eventually } from '../support/eventually.ts';
import { makeCdk } from './support/cdk.ts';
import { runProgram } from './support/children.ts';
import { connect } from './support/connect.ts';
import { deployment } from './support/deployment.ts';

const { folder, client, baseUrl } = deployment();
const { environment } = makeCdk(deployment());
const tool = join(folder, 'tool/token-capture.js');
const owner = 'customer-20';

interface Ran {
  status: number | null;
  output: string;
  json: () => Record<string, unknown>;
}

/** Runs the operator's tool in the folder of `cdk.json`. */
async function run(args: string[], { input = '', env = {} } = {}): Promise<Ran> {
  const { status, output, stdout } = await runProgram(process.execPath, [tool, ...args], {
    cwd: folder,
    env: { ...environment, ...env },
    input,
  });
  return { status, output, json: () => JSON.parse(stdout) as Record<string, unknown> };
}

const onStack = (...args: string[]) => run([...args, '--stack', 'TokenCapture', '--json']);

const setClient = (secret: string) =>
  run(
    [
      ...['providers', 'set', 'demo', '--client-id', client.clientId],
      ...['--client-secret-stdin', '--stack', 'TokenCapture'],
    ],
    { input: `${secret}\n` },
  );

describe('the operator’s tool on the deployed stack', () => {
  before(async () => {
    buildCli(tool);
  });

  test('providers list tells which client is set, and its redirect URI', async () => {
    const { status, output, json } = await onStack('providers', 'list');
    assert.equal(status, 0, output);
    const listed = (json() as unknown as { id: string; secret: string; redirectUri: string }[]).map(
      ({ id, secret, redirectUri }) => ({ id, secret, redirectUri }),
    );
    assert.deepEqual(listed, [
      { id: 'demo', secret: 'set', redirectUri: `${baseUrl}/demo/callback` },
      { id: 'github', secret: 'not_set', redirectUri: `${baseUrl}/github/callback` },
    ]);
  });

  test('providers check tells a wrong client from a right one', async () => {
    assert.equal((await setClient('a wrong secret')).status, 0);
    const wrong = await onStack('providers', 'check', 'demo');
    assert.equal(wrong.status, 1, wrong.output);
    assert.match(wrong.output, /refused/);

    assert.equal((await setClient(client.clientSecret)).status, 0);
    const right = await onStack('providers', 'check', 'demo');
    assert.equal(right.status, 0, right.output);
    assert.equal(right.json()['client'], 'accepted');
  });

  test('providers check names what is missing', async () => {
    const { status, output } = await onStack('providers', 'check', 'github');
    assert.equal(status, 1);
    assert.match(output, /providers set github/);
  });

  test('session create makes a link to the deployed API', async () => {
    const made = await onStack('session', 'create', '--owner', owner, '--provider', 'demo');
    assert.equal(made.status, 0, made.output);
    assert.ok(String(made.json()['url']).startsWith(`${baseUrl}/demo/authorize?session=`));
  });

  test('token get and connections list show what an owner has connected', async () => {
    await connect(owner, 'barbara');
    const token = await onStack('token', 'get', '--owner', owner, '--provider', 'demo');
    assert.equal(token.status, 0, token.output);
    const accessToken = String(token.json()['accessToken']);
    assert.ok(accessToken.length > 20);

    const listed = await onStack('connections', 'list', '--owner', owner);
    assert.equal(listed.status, 0, listed.output);
    assert.match(listed.output, /barbara/);
    assert.ok(!listed.output.includes(accessToken));
  });

  test('disable and enable work with the operator’s own rights on the table', async () => {
    const subject = ['--owner', owner, '--provider', 'demo'];
    const off = await onStack('disable', ...subject, '--reason', 'incident');
    assert.equal(off.status, 0, off.output);
    const token = await onStack('token', 'get', ...subject);
    assert.equal(token.status, 1);
    assert.match(token.output, /incident/);
    const on = await onStack('enable', ...subject);
    assert.equal(on.json()['wasDisabled'], true);
    assert.equal((await onStack('token', 'get', ...subject)).status, 0);

    const provider = ['--provider', 'github', '--revoke'];
    const ended = await onStack('disable', ...provider);
    assert.equal(ended.status, 0, ended.output);
    const made = await onStack('session', 'create', '--owner', owner, '--provider', 'github');
    assert.equal(made.json()['status'], 'disabled', made.output);
    assert.equal((await onStack('enable', '--provider', 'github')).json()['wasDisabled'], true);
    // A function believes for 5 seconds what it has read: the themes after this one want it on.
    const session = ['session', 'create', '--owner', owner, '--provider', 'github'];
    await eventually(async () => 'url' in (await onStack(...session)).json());
  });

  test('reseal and connections erase work through the functions, whose roles may', async () => {
    const subject = ['--owner', 'customer-21'];
    await connect('customer-21', 'grace');
    const sealed = await onStack('reseal', ...subject);
    assert.equal(sealed.json()['resealed'], 1, sealed.output);
    const token = ['token', 'get', ...subject, '--provider', 'demo'];
    assert.equal((await onStack(...token)).status, 0);
    const erased = await onStack('connections', 'erase', ...subject, '--yes');
    assert.equal(erased.json()['revoked'], 1, erased.output);
    assert.match((await onStack(...token)).output, /not_connected/);
  });

  test('token get as another caller is held to that caller’s list', async () => {
    const args = ['token', 'get', '--owner', owner, '--provider', 'github', '--caller', 'billing'];
    const { status, output } = await onStack(...args);
    assert.equal(status, 1);
    assert.match(output, /denied/);
  });

  const mistakes: [string, string[], Record<string, string>, RegExp][] = [
    ['a stack that is not there', ['--stack', 'Nowhere'], {}, /stack Nowhere is not deployed here/],
    [
      'another region',
      [],
      { AWS_REGION: 'eu-west-1' },
      /in region eu-west-1: .*is not deployed here; choose its account and region/,
    ],
    ['no region', [], { AWS_REGION: '' }, /no AWS region: set AWS_REGION/],
    [
      'no credentials',
      [],
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
      /no AWS credentials .*: sign in/,
    ],
    [
      'wrong credentials',
      [],
      { AWS_ACCESS_KEY_ID: 'AKIAWRONG' },
      /does not accept the credentials/,
    ],
  ];
  for (const [name, args, env, message] of mistakes) {
    test(`${name}: one message says what is wrong`, async () => {
      const { status, output } = await run(['connections', 'list', '--owner', owner, ...args], {
        env,
      });
      assert.equal(status, 1, output);
      assert.match(output, message);
      assert.equal(output.trimEnd().split('\n').length, 1, output);
    });
  }

  test('a caller that is not configured: one message says what to add', async () => {
    const args = ['token', 'get', '--owner', owner, '--provider', 'demo', '--caller', 'nobody'];
    const { status, output } = await run(args);
    assert.equal(status, 1, output);
    assert.match(output, /for caller "nobody" .*give "callers" in cdk\.json a caller "nobody"/);
  });
});
