import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { exportJWK, exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { ACCESS_TOKEN, startOpenIdServer } from '../support/openid-server.ts';
import { type Product, productForSuite } from '../support/product.ts';
import { trip } from '../support/trip.ts';

const server = await startOpenIdServer();
const { misbehaviour, requests } = server;

/** Metadata that no provider may have, by the name of its issuer. */
const WRONG_METADATA = {
  'without-s256': { code_challenge_methods_supported: ['plain'] },
  'without-pkce': { code_challenge_methods_supported: undefined },
  'another-issuer': { issuer: 'https://accounts.example.com' },
  'issuer-with-slash': { issuer: `${server.origin}/issuer-with-slash/` },
  'issuer-of-neighbour': { issuer: `${server.origin}/good` },
};
Object.assign(misbehaviour.metadata, WRONG_METADATA, {
  // As Keycloak's does, which signs with none of the last.
  'lists-hs256': { id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'] },
});

describe('OpenID Provider that misbehaves', () => {
  const suite = productForSuite({
    configuration: () => ({
      providers: [
        server.entry('good'),
        server.entry('lists-hs256'),
        ...Object.keys(WRONG_METADATA).map((id) => server.entry(id, { pkceRequired: true })),
      ],
    }),
  });
  let product: Product;
  before(async () => {
    product = suite();
    for (const id of ['good', 'lists-hs256', ...Object.keys(WRONG_METADATA)]) {
      await product.setSecret(id, { client_id: 'openid-client', client_secret: 'client-canary' });
    }
  });
  after(() => server.close());
  beforeEach(() => server.reset());

  const paths = () => requests.map(({ path }) => path);

  /** What a provider that behaves sends to the callback. */
  const honest = (id: string) => (asked: URLSearchParams) => ({
    code: asked.get('nonce')!,
    iss: `${server.origin}/${id}`,
  });

  /** The answer of the token endpoint is refused: nothing is written, nothing told of it but its reason. */
  async function assertIdTokenRefused(why: RegExp, id = 'good') {
    const { status, cause, connections } = await trip(product, id, honest(id));
    assert.equal(status, 'failed', cause);
    assert.match(cause ?? '', why);
    assert.deepEqual(connections, []);
    assert.doesNotMatch(cause ?? '', /eyJ|canary/);
    assert.deepEqual(
      paths().filter((path) => /userinfo/.test(path)),
      [],
      'an answer that is refused is used for nothing',
    );
  }

  test('the provider is taken when it behaves, so that what follows is refused for its own reason', async () => {
    for (const id of ['good', 'lists-hs256']) {
      const { status, cause, connections } = await trip(product, id, honest(id));
      assert.equal(status, 'connected', cause);
      assert.deepEqual(
        connections.map(({ account }) => account),
        ['ada'],
      );
    }
  });

  for (const id of ['without-s256', 'without-pkce'] as const) {
    test(`row 4: PKCE is needed and the metadata is ${id}: nobody is sent there`, async () => {
      const { page, cause } = await trip(product, id, () => ({}));
      assert.equal(page?.status, 500);
      assert.match(cause ?? '', new RegExp(`providers.${id}.pkce: the issuer's metadata does not`));
      assert.deepEqual(paths(), [`/${id}/.well-known/openid-configuration`]);
    });
  }

  for (const id of ['another-issuer', 'issuer-with-slash', 'issuer-of-neighbour'] as const) {
    test(`row 26: the metadata names ${id}: nobody is sent there`, async () => {
      const { page, cause } = await trip(product, id, () => ({}));
      assert.equal(page?.status, 500);
      assert.match(cause ?? '', /it names another issuer/);
      assert.deepEqual(paths(), [`/${id}/.well-known/openid-configuration`]);
    });
  }

  for (const [what, nonce] of [
    ['another', 'another-nonce'],
    ['empty', ''],
    ['absent', undefined],
    ['no text', 7],
  ] as const) {
    test(`row 6: the ID token's nonce is ${what}`, async () => {
      misbehaviour.claims = { nonce };
      await assertIdTokenRefused(/"nonce"/);
    });
  }

  test('row 6: the ID token of one request does not do for another', async () => {
    const first = await trip(product, 'good', honest('good'));
    const again = await trip(product, 'good', () => ({
      ...honest('good')(first.asked!),
    }));
    assert.deepEqual([first.status, again.status], ['connected', 'failed']);
    assert.deepEqual(again.connections, []);
  });

  for (const [what, iss] of [
    ['absent', undefined],
    ['another', 'https://accounts.example.com'],
    ['written with a slash', `${server.origin}/good/`],
  ] as const) {
    for (const [response, parameters] of [
      ['a code', { code: 'c' }],
      ['an error', { error: 'access_denied', error_description: 'access-denied-canary' }],
    ] as const) {
      test(`row 7: iss is ${what} beside ${response}: failed, and nothing of it is believed`, async () => {
        const { status, cause, connections } = await trip(product, 'good', () => ({
          ...parameters,
          ...(iss !== undefined && { iss }),
        }));
        assert.equal(status, 'failed');
        assert.match(cause ?? '', /"iss" \(issuer\)/);
        assert.doesNotMatch(cause ?? '', /access.denied/);
        assert.deepEqual([connections, paths()], [[], []]);
      });
    }
  }

  test('row 7: an error of the issuer itself is an answer', async () => {
    const { status } = await trip(product, 'good', () => ({
      error: 'access_denied',
      iss: `${server.origin}/good`,
    }));
    assert.equal(status, 'denied');
  });

  for (const [what, id, why, sign] of [
    ['none', 'lists-hs256', /JWT|JWS/, async (claims) => new UnsecuredJWT(claims).encode()],
    ['HS256 with the public key as its secret', 'lists-hs256', /unsupported JWS/, byPublicKey],
    ['HS256, which the metadata does not list', 'good', /alg/, byPublicKey],
  ] as const satisfies readonly (readonly [string, string, RegExp, typeof byPublicKey])[]) {
    test(`row 30: an ID token by ${what}`, async () => {
      misbehaviour.sign = sign;
      await assertIdTokenRefused(why, id);
    });
  }

  async function byPublicKey(
    claims: Record<string, unknown>,
    { own }: Parameters<NonNullable<typeof misbehaviour.sign>>[1],
  ): Promise<string> {
    const secret = new TextEncoder().encode(await exportSPKI(own.publicKey));
    return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'own' }).sign(secret);
  }

  test('row 30: an ID token whose signature was altered', async () => {
    misbehaviour.sign = async (claims, { own }) => {
      const jwt = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'own' })
        .sign(own.privateKey);
      const at = jwt.length - 20;
      return `${jwt.slice(0, at)}${jwt[at] === 'A' ? 'B' : 'A'}${jwt.slice(at + 1)}`;
    };
    await assertIdTokenRefused(/signature/);
  });

  test('row 30: an ID token signed by a key that its own header brings along (jwk, jku, x5u)', async () => {
    misbehaviour.sign = async (claims, { another }) =>
      new SignJWT(claims)
        .setProtectedHeader({
          alg: 'RS256',
          kid: 'own',
          jwk: await exportJWK(another.publicKey),
          jku: `${server.origin}/attacker/jwks`,
          x5u: `${server.origin}/attacker/x5u`,
        })
        .sign(another.privateKey);
    await assertIdTokenRefused(/signature/);
    assert.deepEqual(
      paths().filter((path) => path.startsWith('/attacker')),
      [],
    );
  });

  const now = () => Math.floor(Date.now() / 1_000);
  /** Claims that make an ID token somebody else's, or of another time; those of a refresh's too. */
  const WRONG_CLAIMS = [
    ['aud of another client', () => ({ aud: 'another-client' }), /"aud"/],
    ['aud absent', () => ({ aud: undefined }), /"aud"/],
    ['several aud and another azp', () => ({ aud: ['openid-client', 'b'], azp: 'b' }), /azp/],
    ['iss of another issuer', () => ({ iss: `${server.origin}/lists-hs256` }), /"iss"/],
    ['iss with a slash', () => ({ iss: `${server.origin}/good/` }), /"iss"/],
    ['iss absent', () => ({ iss: undefined }), /"iss"/],
    ['sub absent', () => ({ sub: undefined }), /"sub"/],
    ['sub of no text', () => ({ sub: 7 }), /"sub"/],
    ['exp in the past', () => ({ exp: now() - 60 }), /"exp"/],
    ['exp absent', () => ({ exp: undefined }), /"exp"/],
    ['exp of no number', () => ({ exp: '9999999999' }), /"exp"/],
    ['iat absent', () => ({ iat: undefined }), /"iat"/],
    ['iat of no number', () => ({ iat: 'today' }), /"iat"/],
    ['iat in the future', () => ({ iat: now() + 3_600 }), /"iat"/],
    ['nbf in the future', () => ({ nbf: now() + 3_600 }), /"nbf"/],
  ] as const;

  for (const [what, claims, why] of WRONG_CLAIMS) {
    test(`row 31: an ID token with ${what}`, async () => {
      misbehaviour.claims = claims();
      await assertIdTokenRefused(why);
    });
  }

  test("row 31: user information of another sub than the ID token's is not taken", async () => {
    misbehaviour.userInfo = { sub: 'grace' };
    const { status, cause, connections } = await trip(product, 'good', honest('good'));
    assert.equal(status, 'failed');
    assert.match(cause ?? '', /its sub is not the ID token's/);
    assert.deepEqual(connections, []);
  });

  /** The API has refused the token, so that a refresh is all that helps. */
  const refreshed = (owner: string) =>
    product.invoke('get-token', { owner, provider: 'good', rejectedToken: ACCESS_TOKEN });

  for (const [what, claims, why] of [
    ...WRONG_CLAIMS,
    ['sub of somebody else', () => ({ sub: 'grace' }), /"sub"/],
  ] as const) {
    test(`row 31: a refresh whose ID token has ${what} brings no token`, async () => {
      const { owner, status } = await trip(product, 'good', honest('good'));
      assert.equal(status, 'connected');
      misbehaviour.claims = claims();
      misbehaviour.tokenResponse = { access_token: 'access-of-somebody-else' };
      const refused = await refreshed(owner);
      assert.equal(refused['status'], 'provider_unavailable');
      assert.equal(JSON.stringify(refused).includes('somebody-else'), false);
      const logged = product.logs.filter((line) => line.includes('refresh failed')).at(-1) ?? '';
      assert.match(logged.replaceAll('\\', ''), why);
    });
  }

  test('row 31: a refresh whose ID token is good brings the token', async () => {
    const { owner } = await trip(product, 'good', honest('good'));
    misbehaviour.tokenResponse = { access_token: 'a-fresh-one' };
    const answer = await refreshed(owner);
    assert.deepEqual([answer['status'], answer['accessToken']], ['ok', 'a-fresh-one']);
  });
});
