import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { ACCESS_TOKEN, startOpenIdServer } from '../support/openid-server.ts';
import { type Product, productForSuite } from '../support/product.ts';
import { trip } from '../support/trip.ts';

const server = await startOpenIdServer();
const { misbehaviour, origin } = server;

describe('what was granted, and to whom', () => {
  const suite = productForSuite({
    configuration: () => ({
      providers: [
        {
          id: 'plain',
          authorizationUrl: `${origin}/plain/authorize`,
          tokenUrl: `${origin}/plain/token`,
          userInfoUrl: `${origin}/plain/userinfo`,
          scopes: ['read', 'write'],
          account: 'id',
        },
      ],
    }),
  });
  let product: Product;
  before(async () => {
    product = suite();
    await product.setSecret('plain', { client_id: 'openid-client', client_secret: 's' });
  });
  after(() => server.close());
  beforeEach(() => {
    server.reset();
    misbehaviour.userInfo = { id: 'ada' };
  });

  const connect = () => trip(product, 'plain', () => ({ code: 'plain-code' }));
  const getToken = (owner: string, more: object = {}) =>
    product.invoke('get-token', { owner, provider: 'plain', ...more });

  test('row 33: a narrower grant is what is stored, told and asked for', async () => {
    misbehaviour.tokenResponse = { scope: 'read' };
    const { owner, asked, connections } = await connect();
    assert.equal(asked!.get('scope'), 'read write');
    assert.deepEqual(connections[0]!.scopes, ['read']);
    assert.deepEqual((await getToken(owner))['scopes'], ['read']);
    assert.equal((await getToken(owner, { requiredScopes: ['read'] }))['status'], 'ok');
    const refused = await getToken(owner, { requiredScopes: ['read', 'write'] });
    assert.equal(refused['status'], 'insufficient_scope');
    assert.equal('accessToken' in refused, false);
  });

  test('row 33: a grant that a refresh has narrowed is so from then on', async () => {
    misbehaviour.tokenResponse = { scope: 'read write' };
    const { owner } = await connect();
    assert.equal((await getToken(owner, { requiredScopes: ['write'] }))['status'], 'ok');
    misbehaviour.tokenResponse = { scope: 'read', access_token: 'a-fresh-one' };
    const refused = await getToken(owner, {
      requiredScopes: ['write'],
      rejectedToken: ACCESS_TOKEN,
    });
    assert.equal(refused['status'], 'insufficient_scope');
    const answer = await getToken(owner);
    assert.deepEqual([answer['accessToken'], answer['scopes']], ['a-fresh-one', ['read']]);
  });

  test('row 33: where the provider says nothing, what was asked for was granted (RFC 6749 5.1)', async () => {
    const { owner } = await connect();
    assert.deepEqual((await getToken(owner))['scopes'], ['read', 'write']);
  });

  /** User information as text, since a number is more than JSON.stringify can say. */
  async function accountOf(id: string) {
    misbehaviour.answers['userinfo'] = (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"id": ${id}}`);
    const { owner, status, cause } = await connect();
    if (status !== 'connected') return { status, cause };
    const { account } = (await getToken(owner)) as { account?: string };
    return { status, account };
  }

  for (const [what, ids] of [
    ['ids above 2^53', ['9007199254740992', '9007199254740993', '9007199254740992.5']],
    ['numbers written in another way', ['100', '1e2', '"0100"', '100.0']],
    ['letters that look alike', ['"fi"', '"\ufb01"', '"FI"', '"f\u0131"', '" fi"', '"fi\u200b"']],
    ['names that separate keys', ['"a"', '"a#b"', '"#a"', '"CONN#plain#a"']],
  ] as const) {
    test(`row 52: accounts that are ${what} stay apart`, async () => {
      const accounts = [];
      for (const id of ids) accounts.push((await accountOf(id)).account);
      assert.equal(accounts.includes(undefined), false);
      assert.equal(new Set(accounts).size, ids.length, JSON.stringify(accounts));
    });
  }

  const NO_IDENTITY = [
    ['a lone surrogate', 'a\ud800'],
    ['not in NFC', 'e\u0301'],
    ['with a control character', 'a\u0000'],
    ['with a line break', 'a\nb'],
    ['with a bidirectional override', 'a\u202eb'],
    ['with a bidirectional isolate', 'a\u2066b'],
    ['with a mark of direction', 'a\u200fb'],
    ['empty', ''],
    ['over 256 bytes', 'é'.repeat(129)],
  ] as const;

  for (const [what, name] of NO_IDENTITY) {
    test(`row 52: an account or an owner that is ${what} is refused`, async () => {
      const { status, cause } = await accountOf(JSON.stringify(name));
      assert.equal(status, 'failed');
      assert.match(cause ?? '', /expected an account id at "id"/);
      for (const [functionName, request] of [
        ['create-connect-session', { owner: name, providers: ['plain'] }],
        ['get-token', { owner: name, provider: 'plain' }],
        ['list-connections', { owner: name }],
        ['disconnect', { owner: name, provider: 'plain' }],
      ] as const) {
        await assert.rejects(product.invoke(functionName, request), {
          name: 'InvalidRequest',
          message: /^owner: expected 1 to 256 bytes of UTF-8 in NFC/,
        });
      }
    });
  }
});
