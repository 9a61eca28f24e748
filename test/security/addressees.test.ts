import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { decodeProtectedHeader, exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { resolveConfiguration } from '../../infra/configuration.ts';
import { urlsOf } from '../../shared/providers/instance.ts';
import { clientConfig } from '../support/local.ts';
import { CookieBrowser } from '../support/local-browser.ts';
import { ACCESS_TOKEN, REFRESH_TOKEN, startOpenIdServer } from '../support/openid-server.ts';
import { type Product, productForSuite } from '../support/product.ts';
import { trip } from '../support/trip.ts';

const server = await startOpenIdServer();
const { misbehaviour, requests, origin } = server;
const CLIENT = { client_id: 'openid-client', client_secret: 'client-canary' };
const RESOURCE = { resource: 'https://api.example.com/v1' };
/** A pair for each, as Apple gives a .p8 file for each key. */
const APPLE_KEYS = {
  apple: await generateKeyPair('ES256', { extractable: true }),
  'apple-two': await generateKeyPair('ES256', { extractable: true }),
};

const plain = (id: string) => ({
  id,
  authorizationUrl: `${origin}/${id}/authorize`,
  tokenUrl: `${origin}/${id}/token`,
  userInfoUrl: `${origin}/${id}/userinfo`,
  revocationUrl: `${origin}/${id}/revoke`,
  account: 'sub',
});
const apple = (id: string) => {
  const { userInfoUrl: _none, account, ...endpoints } = plain(id);
  const jwksUrl = `${origin}/${id}/jwks`;
  return { ...endpoints, account, extends: 'apple', issuer: `${origin}/${id}`, jwksUrl };
};
const TEAM = {
  label: 'Name of your team',
  pattern: '[a-z0-9][a-z0-9-]*',
  example: 'my-team',
};

describe('who is sent what', () => {
  const suite = productForSuite({
    configuration: () => ({
      providers: [
        plain('plain'),
        plain('moved'),
        {
          ...plain('refreshed-elsewhere'),
          // The same machine by another name, and so another origin.
          refreshUrl: `${origin.replace('127.0.0.1', 'localhost')}/refreshed-elsewhere/token`,
        },
        { ...plain('github'), extends: 'github', name: 'GitHub Enterprise' },
        {
          ...plain('bound'),
          authorizationParameters: RESOURCE,
          tokenParameters: RESOURCE,
          refreshParameters: RESOURCE,
        },
        apple('apple'),
        apple('apple-two'),
        {
          id: 'helpdesk',
          values: { team: TEAM },
          authorizationUrl: 'https://{team}.helpdesk.example.com/oauth/authorize',
          tokenUrl: 'https://{team}.helpdesk.example.com/oauth/token',
          userInfoUrl: 'https://{team}.helpdesk.example.com/api/me',
          account: 'id',
        },
      ],
    }),
  });
  let product: Product;
  before(async () => {
    product = suite();
    for (const id of ['plain', 'bound', 'helpdesk', 'refreshed-elsewhere']) {
      await product.setSecret(id, CLIENT);
    }
    await product.setSecret('moved', { ...CLIENT, token_origin: 'https://login.example.com' });
    await product.setSecret('github', { ...CLIENT, token_origin: 'https://github.com' });
    for (const [id, { privateKey }] of Object.entries(APPLE_KEYS)) {
      await product.setSecret(id, {
        ...CLIENT,
        client_secret: await exportPKCS8(privateKey),
        team_id: `team-of-${id}`,
        key_id: `key-of-${id}`,
      });
    }
  });
  after(() => server.close());
  beforeEach(() => server.reset());

  const paths = () => requests.map(({ path }) => path);
  const connect = (id: string) =>
    trip(product, id, (asked) => ({ code: asked.get('nonce') ?? 'plain-code' }));
  const refresh = (owner: string, provider: string) =>
    product.invoke('get-token', { owner, provider, rejectedToken: ACCESS_TOKEN });
  const sentTo = (path: string) => requests.filter((each) => each.path === path);

  test('row 34: resource (RFC 8707) is in the authorization request, the exchange and the refresh', async () => {
    const { owner, asked, status, cause } = await connect('bound');
    assert.equal(status, 'connected', cause);
    assert.equal((await refresh(owner, 'bound'))['status'], 'ok');
    const sent = [asked!, ...sentTo('/bound/token').map(({ form }) => form)];
    assert.deepEqual(
      sent.map((parameters) => parameters.getAll('resource')),
      [[RESOURCE.resource], [RESOURCE.resource], [RESOURCE.resource]],
    );
  });

  test('row 48: an assertion is for its issuer alone, by the key of its own provider', async () => {
    // What a response names is nobody that anything is signed for.
    misbehaviour.tokenResponse = { aud: 'https://evil.example', issuer: 'https://evil.example' };
    for (const [id, another] of [
      ['apple', 'apple-two'],
      ['apple-two', 'apple'],
    ] as const) {
      const { owner, status, cause } = await connect(id);
      assert.equal(status, 'connected', cause);
      await refresh(owner, id);
      await product.invoke('disconnect', { owner, provider: id });
      const assertions = [...sentTo(`/${id}/token`), ...sentTo(`/${id}/revoke`)].map(
        ({ form }) => form.get('client_secret')!,
      );
      assert.equal(assertions.length, 3, 'exchange, refresh and revocation');
      for (const assertion of assertions) {
        const { payload } = await jwtVerify(assertion, APPLE_KEYS[id].publicKey);
        assert.equal(payload.aud, 'https://appleid.apple.com');
        assert.deepEqual([payload.iss, payload.sub], [`team-of-${id}`, CLIENT.client_id]);
        assert.ok(payload.exp! - payload.iat! <= 300);
        assert.equal(decodeProtectedHeader(assertion).kid, `key-of-${id}`);
        await assert.rejects(jwtVerify(assertion, APPLE_KEYS[another].publicKey));
      }
    }
  });

  for (const id of ['moved', 'github']) {
    test(`row 53: ${id}: a client that was entered for another token endpoint is not sent`, async () => {
      const { status, cause, connections } = await connect(id);
      assert.equal(status, 'failed');
      assert.match(cause ?? '', /^ConfigurationError: providers\..*nothing was sent/);
      assert.deepEqual([connections, paths()], [[], []]);
    });
  }

  test('row 53: tokens that another token endpoint has issued are not sent', async () => {
    const { owner } = await connect('plain');
    // As if the provider's tokenUrl had been edited since.
    await new DynamoDBClient(clientConfig(product.endpoint)).send(
      new UpdateItemCommand({
        TableName: process.env['TABLE_NAME'],
        Key: { pk: { S: `OWNER#${owner}` }, sk: { S: 'CONN#plain#ada' } },
        UpdateExpression: 'SET tokenOrigin = :origin',
        ConditionExpression: 'attribute_exists(tokenOrigin)',
        ExpressionAttributeValues: { ':origin': { S: 'https://login.example.com' } },
      }),
    );
    requests.length = 0;
    await assert.rejects(refresh(owner, 'plain'), {
      name: 'ConfigurationError',
      message: /the stored tokens .*login\.example\.com.*nothing was sent/,
    });
    const request = { owner, provider: 'plain' };
    assert.equal((await product.invoke('disconnect', request))['revoked'], 'no');
    assert.deepEqual(paths(), []);
    assert.doesNotMatch(product.logs.join('\n'), new RegExp(`${ACCESS_TOKEN}|${REFRESH_TOKEN}`));
  });

  test('row 53: a refresh goes to no other host than the one that issued the tokens', async () => {
    const { owner, status } = await connect('refreshed-elsewhere');
    assert.equal(status, 'connected');
    requests.length = 0;
    await assert.rejects(refresh(owner, 'refreshed-elsewhere'), {
      name: 'ConfigurationError',
      message: /^providers\.refreshed-elsewhere\.refreshUrl: .*nothing was sent/,
    });
    assert.deepEqual(paths(), []);
  });

  test('row 53: an entry that extends another at a host of its own inherits no address of that', () => {
    const moved = {
      id: 'github',
      extends: 'github',
      authorizationUrl: 'https://github.example.com/login/oauth/authorize',
      tokenUrl: 'https://github.example.com/login/oauth/access_token',
    };
    assert.throws(() => resolveConfiguration({ providers: [moved] }), {
      name: 'ConfigurationError',
      message: /userInfoUrl/,
    });
    const userInfoUrl = 'https://github.example.com/api/v3/user';
    const { providers } = resolveConfiguration({ providers: [{ ...moved, userInfoUrl }] });
    const hosts = urlsOf(providers['github']!).map(([, url]) => new URL(url).host);
    assert.deepEqual(hosts, Array(3).fill('github.example.com'));
  });

  test('row 25: what is typed as the name of a host leads to no other host', async () => {
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner: 'typist',
      providers: ['helpdesk'],
    });
    const browser = new CookieBrowser();
    const [cookie] = (await browser.go(url)).headers.getSetCookie();
    const sid = /^__Host-s-([^=]+)=/.exec(cookie!)![1]!;
    const typed = (team: string) => {
      const address = new URL(`${product.url}/helpdesk/authorize`);
      address.search = new URLSearchParams({ s: sid, team }).toString();
      return browser.go(address);
    };
    for (const team of [
      ...['evil#', 'evil.example#', 'x@y', 'x:y@z', 'a.b', '..', '.', 'a/b', 'a\\b', '/', '-'],
      ...['evil.example:443', 'a?b', 'a%2fb', 'a%23b', 'a\nb', 'a\r\nb', 'a b', 'a\u3002b'],
      ...['{team}', '', 'https://evil.example/', 'my-team.helpdesk.example.com@evil.example'],
    ]) {
      const answer = await typed(team);
      assert.equal(answer.status, 400, team);
      assert.equal(answer.headers.get('location'), null, team);
      await assert.rejects(
        product.invoke('create-connect-session', {
          owner: 'typist',
          providers: ['helpdesk'],
          values: { team },
        }),
        { name: 'InvalidRequest', message: /^values\.team: / },
      );
    }
    const good = await typed('my-team');
    assert.match(
      good.headers.get('location')!,
      /^https:\/\/my-team\.helpdesk\.example\.com\/oauth/,
    );
  });
});
