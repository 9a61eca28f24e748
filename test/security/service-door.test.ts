import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { fingerprint } from '../../shared/audit.ts';
import { clientConfig } from '../support/local.ts';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { auditRecords, type Product, productForSuite } from '../support/product.ts';

describe('service door', () => {
  const suite = productForSuite({
    configuration: (issuer) => ({
      providers: [{ id: 'other', name: 'Other', issuer, scopes: ['openid'] }],
      callers: {
        billing: { functions: ['get-token'], providers: ['demo'], owners: ['team-*', 'exact'] },
        web: {},
        narrow: { providers: ['other'] },
      },
      operator: { getToken: false },
    }),
  });
  let product: Product;
  before(() => {
    product = suite();
  });

  async function connect(owner: string, login = 'ada') {
    const { url } = await product.invoke<{ url: string }>(
      'create-connect-session',
      { owner, providers: ['demo'] },
      'web',
    );
    const browser = new CookieBrowser();
    const off = await browser.go(url);
    const callback = await signInAtDemo(off.headers.get('location')!, login, browser);
    const done = await browser.go(callback);
    assert.match(done.headers.get('location')!, /status=connected/);
    return callback;
  }

  test('row 32: connecting as another account makes a second connection, never an overwrite', async () => {
    await connect('team-two', 'ada');
    await connect('team-two', 'grace');
    const answer = await product.invoke(
      'get-token',
      { owner: 'team-two', provider: 'demo' },
      'web',
    );
    assert.equal(answer['status'], 'ambiguous_account');
    assert.deepEqual([...(answer['accounts'] as string[])].sort(), ['ada', 'grace']);
    for (const account of ['ada', 'grace']) {
      const one = await product.invoke(
        'get-token',
        { owner: 'team-two', provider: 'demo', account },
        'web',
      );
      assert.equal(one['account'], account);
    }
  });

  test("row 35: a foreign owner's connection looks exactly like an unknown one", async () => {
    await connect('team-a');
    // Beside what the answer says, the request's own owner stands in it.
    const told = async (functionName: string, owner: string) =>
      JSON.stringify(
        await product.invoke(functionName, { owner, provider: 'demo', account: 'ada' }, 'web'),
      ).replaceAll(JSON.stringify(owner), '"the owner"');
    const ask = (owner: string) => told('get-token', owner);
    assert.match(await ask('team-b'), /"status":"not_connected"/);
    assert.deepEqual(await ask('team-b'), await ask('nobody-at-all'));
    const ended = (owner: string) => told('disconnect', owner);
    assert.deepEqual(await ended('team-b'), await ended('nobody-at-all'));
    const list = (owner: string, nextToken?: string) =>
      product.invoke('list-connections', { owner, nextToken }, 'web');
    const foreign = Buffer.from('CONN#demo#aaa').toString('base64url');
    assert.deepEqual(await list('team-b', foreign), { connections: [] });
    await assert.rejects(list('team-b', Buffer.from('SESSION').toString('base64url')), {
      name: 'InvalidRequest',
      message: /^nextToken: /,
    });
  });

  test('row 36: the caller is the alias; what the payload says of it is ignored', async () => {
    await connect('team-c');
    const forged = { owner: 'team-c', provider: 'demo', caller: 'web', alias: 'web' };
    const answer = await product.invoke('list-connections', forged, 'operator');
    assert.equal('connections' in answer, true);
    const unqualified = await new LambdaClient(clientConfig(product.endpoint)).send(
      new InvokeCommand({
        FunctionName: 'TokenCapture-get-token',
        Payload: JSON.stringify(forged),
      }),
    );
    const denied = JSON.parse(Buffer.from(unqualified.Payload!).toString());
    assert.equal(denied.status, 'denied');
    assert.match(denied.message, /get-token:<caller>/);
  });

  test('row 36: an alias that the configuration does not give is not there', async () => {
    for (const [functionName, caller] of [
      ['list-connections', 'billing'],
      ['get-token', 'operator'],
      ['get-token', 'nobody'],
    ] as const) {
      await assert.rejects(
        product.invoke(functionName, { owner: 'team-c', provider: 'demo' }, caller),
        {
          name: 'ResourceNotFoundException',
        },
      );
    }
  });

  test('row 39: a caller gets the providers and owners of its allow-list; what is refused is audited', async () => {
    await connect('team-d');
    const ask = (owner: string, provider: string) =>
      product.invoke('get-token', { owner, provider }, 'billing');
    assert.equal((await ask('team-d', 'demo'))['status'], 'ok');
    assert.equal((await ask('exact', 'demo'))['status'], 'not_connected');
    const denied = [
      await ask('team-d', 'other'),
      await ask('stranger', 'demo'),
      await ask('exact-not', 'demo'),
      await ask('team', 'demo'),
    ];
    for (const answer of denied) assert.equal(answer['status'], 'denied', JSON.stringify(answer));
    const audited = auditRecords(product.logs).filter(
      ({ caller, result }) => caller === 'billing' && result === 'denied',
    );
    assert.deepEqual(
      audited.map(({ action, caller, provider, owner }) => [action, caller, provider, owner]),
      [
        ['token_read', 'billing', 'other', fingerprint('team-d')],
        ...['stranger', 'exact-not', 'team'].map((owner) => [
          'token_read',
          'billing',
          'demo',
          fingerprint(owner),
        ]),
      ],
    );
  });

  test('row 39: nor does a caller see, end or begin what its allow-list leaves out', async () => {
    const owner = 'team-e';
    await connect(owner);
    const listed = await product.invoke('list-connections', { owner }, 'narrow');
    assert.deepEqual(listed, { connections: [] });
    const ended = await product.invoke('disconnect', { owner, provider: 'demo' }, 'narrow');
    assert.equal(ended['status'], 'denied');
    const asked = { owner, providers: ['other', 'demo'] };
    const refused = await product.invoke('create-connect-session', asked, 'narrow');
    assert.equal(refused['status'], 'denied');
    // Without a list of its own the session is for what the caller may use.
    const { url } = await product.invoke<{ url: string }>(
      'create-connect-session',
      { owner },
      'narrow',
    );
    assert.equal(new URL(url).pathname, '/other/authorize');
    const token = await product.invoke('get-token', { owner, provider: 'demo' }, 'web');
    assert.equal(token['status'], 'ok');
  });

  test('a request of the wrong shape is an InvalidRequest that names the field', async () => {
    for (const [functionName, request, message] of [
      ['get-token', {}, /^owner: expected a value/],
      ['get-token', { owner: 7, provider: 'demo' }, /^owner: expected 1 to 256 bytes/],
      ['get-token', { owner: 'a\u0000', provider: 'demo' }, /^owner: /],
      ['get-token', { owner: 'a' }, /^provider: expected a value/],
      [
        'get-token',
        { owner: 'a', provider: 'nope' },
        /^provider: expected a configured provider \(demo, other\)/,
      ],
      ['get-token', { owner: 'a', provider: '__proto__' }, /^provider: /],
      [
        'get-token',
        { owner: 'a', provider: 'demo', minValiditySeconds: -1 },
        /^minValiditySeconds: /,
      ],
      [
        'get-token',
        { owner: 'a', provider: 'demo', minValiditySeconds: 1.5 },
        /^minValiditySeconds: /,
      ],
      [
        'get-token',
        { owner: 'a', provider: 'demo', requiredScopes: ['a b'] },
        /^requiredScopes.0: /,
      ],
      ['get-token', null, /^request: /],
      ['get-token', '{"rejectedToken":"canary"}', /^request: expected a JSON object$/],
      [
        'create-connect-session',
        { owner: 'a', providers: [] },
        /^providers: expected at least one/,
      ],
      [
        'create-connect-session',
        { owner: 'a', providers: ['nope'] },
        /^providers.0: expected a configured/,
      ],
      ['create-connect-session', { owner: 'a', ownerLabel: '\u202eada' }, /^ownerLabel: /],
      [
        'create-connect-session',
        { owner: 'a', scopes: ['x'] },
        /^scopes: expected exactly one provider/,
      ],
      ['create-connect-session', { owner: 'a', confirm: 'yes' }, /^confirm: /],
      ['create-connect-session', { owner: 'a', confirm: true }, /^returnUrl: expected one/],
      ['complete-connect', { owner: 'a' }, /^connectCode: expected a value/],
      ['disconnect', { owner: 'a' }, /^provider: /],
      ['list-connections', { owner: '' }, /^owner: /],
    ] as const) {
      await assert.rejects(
        product.invoke(functionName, request, 'web'),
        { name: 'InvalidRequest', message },
        JSON.stringify(request),
      );
    }
  });
});
