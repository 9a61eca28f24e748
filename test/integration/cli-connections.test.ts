import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { runTool } from '../support/cli.ts';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { type Product, productForSuite } from '../support/product.ts';

describe('token-capture session, token and connections', () => {
  const suite = productForSuite({
    configuration: () => ({
      callers: { web: {}, lister: { functions: ['list-connections'] } },
      returnUrls: ['https://app.example.com/settings'],
    }),
  });
  let product: Product;
  before(() => {
    product = suite();
  });

  const run = (...argv: string[]) => runTool([...argv, '--local', '--data', product.dataDirectory]);

  async function connect(url: string, login: string) {
    const browser = new CookieBrowser();
    const off = await browser.go(url);
    const callback = await signInAtDemo(off.headers.get('location')!, login, browser);
    assert.match((await browser.go(callback)).headers.get('location')!, /status=connected/);
  }

  test('a link, a connection, its token, its end', async () => {
    const create = ['session', 'create', '--owner', 'o 1', '--label', 'Ada', '--provider', 'demo'];
    const session = (await run(...create, '--json')).json() as { url: string; expiresAt: string };
    assert.deepEqual(Object.keys(session).sort(), ['expiresAt', 'url']);
    await connect(session.url, 'ada');

    const of = ['--owner', 'o 1', '--provider', 'demo'];
    const hidden = await run('token', 'get', ...of);
    assert.equal(hidden.status, 0, hidden.stderr);
    assert.match(hidden.stdout, /^account +ada$/m);
    assert.match(hidden.stdout, /^expires +\d{4}-\d\d-\d\dT[\d:.]+Z$/m);
    const token = (await run('token', 'get', ...of, '--json')).json() as Record<string, string>;
    assert.equal(token['status'], 'ok');
    assert.ok(!hidden.stdout.includes(token['accessToken']!));
    const shown = await run('token', 'get', ...of, '--caller', 'web', '--show');
    assert.ok(shown.stdout.includes(token['accessToken']!));
    assert.match(shown.stderr, /keep it out of files, logs and tickets/);

    const list = await run('connections', 'list', '--owner', 'o 1');
    assert.match(list.stdout, /^PROVIDER +ACCOUNT .*\ndemo +ada +ada +/);
    const { connections } = (
      await run('connections', 'list', '--owner', 'o 1', '--json')
    ).json() as {
      connections: Record<string, unknown>[];
    };
    assert.equal(connections.length, 1);
    assert.equal(connections[0]!['account'], 'ada');

    const ended = await run('connections', 'disconnect', ...of);
    assert.equal(ended.status, 0, ended.stderr);
    assert.equal(ended.stdout, 'demo is disconnected.\n');
    assert.match(ended.stderr, /has revoked/);

    const gone = await run('token', 'get', ...of, '--json');
    assert.equal(gone.status, 1);
    assert.equal((gone.json() as { status: string }).status, 'not_connected');
    assert.match(
      gone.stderr,
      /not_connected: .*\nMake a link: npx token-capture session create --owner 'o 1' --provider demo --local/,
    );
    const empty = await run('connections', 'list', '--owner', 'o 1', '--json');
    assert.equal(empty.status, 0);
    assert.deepEqual(empty.json(), { connections: [] });
  });

  test('with two accounts the tool asks which', async () => {
    for (const login of ['ada', 'bob']) {
      const made = await run('session', 'create', '--owner', 'two', '--provider', 'demo', '--json');
      await connect((made.json() as { url: string }).url, login);
    }
    const of = ['--owner', 'two', '--provider', 'demo'];
    const unclear = await run('connections', 'disconnect', ...of);
    assert.equal(unclear.status, 1);
    assert.match(unclear.stderr, /ambiguous_account: .*\nAccounts, .*: ada, bob/);
    const chosen = await run('connections', 'disconnect', ...of, '--account', 'bob', '--json');
    assert.deepEqual(chosen.json(), { status: 'disconnected', revoked: 'yes' });
  });

  test('a request that a function refuses is told in its words', async () => {
    const create = ['session', 'create', '--owner', 'x'];
    const away = await run(...create, '--return-url', 'https://evil.example', '--json');
    assert.equal(away.status, 1);
    const { error } = away.json() as { error: { type: string; message: string } };
    assert.equal(error.type, 'InvalidRequest');
    assert.match(error.message, /^returnUrl: /);
    assert.equal(away.stderr, `token-capture: ${error.message}\n`);
    const nobody = await run('session', 'create', '--owner', '');
    assert.equal(nobody.status, 1);
    assert.match(nobody.stderr, /owner: expected 1 to 256 bytes/);
  });

  test('a caller without an alias is named, with what to configure', async () => {
    const { status, stdout, stderr } = await run(
      ...['token', 'get', '--owner', 'x', '--provider', 'demo', '--caller', 'lister'],
    );
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /no TokenCapture-get-token for caller "lister".*cdk\.json/);
  });

  test('a link may offer all providers and a way back', async () => {
    const { status, stdout } = await run(
      ...[
        'session',
        'create',
        '--owner',
        'x',
        '--return-url',
        'https://app.example.com/settings?a=1',
      ],
    );
    assert.equal(status, 0);
    assert.match(stdout, /^url +http:\S+session=\S+\nexpires +\d{4}-\S+Z\n$/);
  });
});
