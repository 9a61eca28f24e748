import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ACCESS_TOKEN, REFRESH_TOKEN, startOpenIdServer } from '../support/openid-server.ts';
import { type Product, productForSuite } from '../support/product.ts';
import { trip } from '../support/trip.ts';

const server = await startOpenIdServer();
const { misbehaviour, requests, origin } = server;
const ISSUERS = ['good', 'moved-302', 'moved-307'];
const CLIENT_SECRET = 'client-secret-canary';

describe('back channel', () => {
  const suite = productForSuite({
    configuration: () => ({
      providers: [
        ...ISSUERS.map((id) => server.entry(id)),
        {
          id: 'plain',
          authorizationUrl: `${origin}/plain/authorize`,
          tokenUrl: `${origin}/plain/token`,
          userInfoUrl: `${origin}/plain/userinfo`,
          account: 'sub',
        },
      ],
    }),
  });
  let product: Product;
  before(async () => {
    product = suite();
    for (const id of [...ISSUERS, 'plain']) {
      await product.setSecret(id, { client_id: 'openid-client', client_secret: CLIENT_SECRET });
    }
  });
  after(() => server.close());
  beforeEach(() => server.reset());

  const paths = () => requests.map(({ path }) => path);
  const connect = (id: string) =>
    trip(product, id, (asked) => ({
      code: asked.get('nonce') ?? 'plain-code',
      ...(id !== 'plain' && { iss: `${origin}/${id}` }),
    }));

  /** Whether anybody went where the redirect led. */
  const followed = () => paths().filter((path) => path.startsWith('/elsewhere'));

  for (const status of [302, 307]) {
    const redirecting: RequestListener = (_, response) =>
      response.writeHead(status, { location: `${origin}/elsewhere/token` }).end();

    test(`row 27: ${status} of the metadata is not followed`, async () => {
      misbehaviour.answers['openid-configuration'] = redirecting;
      const { page } = await connect(`moved-${status}`);
      assert.equal(page?.status, 500);
      assert.deepEqual(followed(), []);
    });

    for (const step of ['token', 'jwks', 'userinfo']) {
      test(`row 27: ${status} of ${step} is not followed`, async () => {
        misbehaviour.answers[step] = redirecting;
        const { status: outcome, connections } = await connect('good');
        assert.equal(outcome, 'failed');
        assert.ok(paths().includes(`/good/${step}`));
        assert.deepEqual([connections, followed()], [[], []]);
      });
    }

    test(`row 27: ${status} of a refresh or a revocation is not followed`, async () => {
      const { owner } = await connect('good');
      misbehaviour.answers['token'] = redirecting;
      misbehaviour.answers['revoke'] = redirecting;
      const request = { owner, provider: 'good' };
      const refused = await product.invoke('get-token', {
        ...request,
        rejectedToken: ACCESS_TOKEN,
      });
      assert.equal(refused['status'], 'provider_unavailable');
      await product.invoke('disconnect', request);
      assert.ok(paths().includes('/good/revoke'));
      assert.deepEqual(followed(), []);
    });
  }

  const MEGABYTE = 1024 * 1024;

  test('row 28: a body without end is cut off at its cap', async () => {
    for (const step of ['token', 'userinfo', 'jwks']) {
      let sent = 0;
      misbehaviour.answers = {
        [step]: (_, response) => {
          const chunk = Buffer.alloc(64 * 1024, ' ');
          response.writeHead(200, { 'content-type': 'application/json' });
          const more = () => {
            while (sent < 1024 * MEGABYTE && !response.destroyed) {
              sent += chunk.length;
              if (!response.write(chunk)) return void response.once('drain', more);
            }
            response.end();
          };
          more();
        },
      };
      const { status, cause } = await connect('good');
      assert.equal(status, 'failed', step);
      assert.match(cause ?? '', /answer over 524288 bytes/);
      // What both ends of the connection hold in their buffers was sent too.
      assert.ok(sent < 32 * MEGABYTE, `${step}: ${sent} bytes`);
    }
  });

  test('row 28: a compressed body is neither asked for nor unpacked', async () => {
    // Not at once: a process that stands still for seconds loses the connections that it keeps.
    const bomb = await promisify(gzip)(
      `{"access_token":"a","token_type":"bearer"${' '.repeat(64 * MEGABYTE)}}`,
    );
    misbehaviour.answers['token'] = (_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(bomb);
    const { status, cause } = await connect('plain');
    assert.equal(status, 'failed');
    assert.match(cause ?? '', /expected a JSON object/);
    assert.equal(requests.at(-1)!.headers['accept-encoding'], 'identity');
  });

  test('row 28: a body of a byte a second is left at the deadline', async () => {
    misbehaviour.answers['token'] = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const dripping = setInterval(() => response.write(' '), 1_000);
      const good = '{"access_token":"a","token_type":"bearer"}';
      const late = setTimeout(() => response.end(good), 20_000);
      response.on('close', () => {
        clearInterval(dripping);
        clearTimeout(late);
      });
    };
    const { status, cause } = await connect('plain');
    assert.equal(status, 'failed');
    assert.match(cause ?? '', /no answer within 8000 ms/);
  });

  /** What `get-token` says when the token endpoint has answered with this text. */
  async function answered(text: string): Promise<Record<string, unknown>> {
    misbehaviour.answers['token'] = (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    const { owner, status, cause } = await connect('plain');
    if (status !== 'connected') return { status, cause };
    return product.invoke('get-token', { owner, provider: 'plain' });
  }
  const seconds = (time: unknown) => Math.round((Date.parse(String(time)) - Date.now()) / 1_000);

  for (const [what, member, expected] of [
    ['a number', '"expires_in": 7200', 7_200],
    ['a string', '"expires_in": "7200"', 7_200],
    ['with a fraction', '"expires_in": 7200.9', 7_200],
    ['negative', '"expires_in": -1', null],
    ['beyond every number', '"expires_in": 1e309', null],
    ['more than a century', '"expires_in": 99999999999', null],
    ['no lifetime', '"expires_in": "soon"', null],
    ['an object', '"expires_in": {"valueOf": 1}', null],
    ['null', '"expires_in": null', null],
    ['absent', '"x": 1', null],
  ] as const) {
    test(`row 29: expires_in is ${what}`, async () => {
      const answer = await answered(`{"access_token": "t", "token_type": "bearer", ${member}}`);
      assert.equal(answer['status'], 'ok', JSON.stringify(answer));
      const { expiresAt } = answer;
      if (expected === null) assert.equal(expiresAt, null);
      else assert.ok(Math.abs(seconds(expiresAt) - expected) <= 10, `${expiresAt}`);
    });
  }

  for (const type of ['"bEaReR"', '"BearerToken"', '"user"', '7', 'null', '{"a": 1}']) {
    test(`row 29: token_type is ${type}: a bearer token`, async () => {
      const answer = await answered(`{"access_token": "t", "token_type": ${type}}`);
      assert.deepEqual([answer['status'], answer['tokenType']], ['ok', 'bearer']);
    });
  }

  test('row 29: __proto__ is a member like any other', async () => {
    const own = '"__proto__": {"access_token": "polluted", "polluted": true}';
    const answer = await answered(`{${own}, "access_token": "own", "token_type": "bearer"}`);
    assert.deepEqual([answer['status'], answer['accessToken']], ['ok', 'own']);
    assert.equal((await answered(`{${own}, "token_type": "bearer"}`))['status'], 'failed');
    assert.equal('polluted' in {}, false);
  });

  for (const token of ['7', '""', 'null', '{"toString": "t"}', '["t"]']) {
    test(`row 29: access_token is ${token}: no connection`, async () => {
      const { status, cause } = await answered(`{"access_token": ${token}}`);
      assert.equal(status, 'failed');
      assert.match(String(cause), /^(InvalidProviderResponse|ProviderRejected): /);
    });
  }

  test('row 23: no token, code or secret is in an address that the back channel asks for', async () => {
    const { owner, asked } = await connect('good');
    const request = { owner, provider: 'good' };
    await product.invoke('get-token', { ...request, rejectedToken: ACCESS_TOKEN });
    await product.invoke('disconnect', request);
    for (const step of ['token', 'jwks', 'userinfo', 'revoke']) {
      assert.ok(paths().includes(`/good/${step}`), step);
    }
    const verifier = requests.find(({ form }) => form.has('code_verifier'))!.form;
    const secrets = [
      ...[ACCESS_TOKEN, REFRESH_TOKEN, CLIENT_SECRET, asked!.get('nonce')!],
      ...[verifier.get('code_verifier')!, verifier.get('code')!],
    ];
    for (const secret of secrets) {
      assert.deepEqual(
        paths().filter((path) => path.includes(secret)),
        [],
      );
    }
  });
});
