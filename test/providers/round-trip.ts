import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { inspect } from 'node:util';
import {
  type CaptureError,
  InvalidProviderResponse,
  ProviderRejected,
  ProviderUnavailable,
} from '../../shared/errors.ts';
import { AuthorizationDenied } from '../../shared/oauth/token-endpoint.ts';
import { keptValues } from '../../shared/providers/instance.ts';
import type { ProviderEntry } from '../../shared/providers/provider.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import { Secret } from '../../shared/secret.ts';
import { Capture, decidedBrowser, withToken } from './capture.ts';
import { FakeVendor } from './fake-vendor.ts';
import type { VendorFixture } from './fixture.ts';
import { fixtures } from './fixtures/index.ts';

/** Puts a member where its path leads, or takes it away. */
function place(json: Record<string, unknown>, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop()!;
  let at = json;
  for (const step of steps) {
    at[step] ??= {};
    at = at[step] as Record<string, unknown>;
  }
  at[last] = value;
}

type Catalog = Record<string, ProviderEntry>;
type Ending = Pick<TestContext, 'after'>;

/** One part of the round trip. */
export interface Step {
  name: string;
  run(t: Ending): Promise<void> | void;
}

/** The catalog's entry as it is, and the fake at the vendor's addresses. */
async function start(t: Ending, fixture: VendorFixture, catalog: Catalog) {
  const fake = await new FakeVendor(fixture).start(t);
  const provider = resolveProvider(catalog[fixture.id], catalog, fixture.id);
  return { fake, provider, capture: new Capture(provider, fixture.client, fake) };
}

const isError =
  <T extends CaptureError>(type: new (...args: never[]) => T, expected: Partial<T> = {}) =>
  (error: unknown) => {
    assert.ok(error instanceof type, `expected ${type.name}, got ${inspect(error)}`);
    for (const [name, value] of Object.entries(expected)) {
      assert.deepEqual((error as unknown as Record<string, unknown>)[name], value, String(error));
    }
    return true;
  };

/** Neither an error nor the log may hold what was issued or what proves the client. */
function assertNoSecret(fake: FakeVendor, ...shown: unknown[]) {
  const text = shown.map((each) => inspect(each, { depth: 10, showHidden: true })).join('\n');
  const { accessToken, refreshToken, idToken } = fake.lastGrant;
  for (const secret of [
    accessToken,
    refreshToken,
    idToken,
    fake.fixture.client['client_secret']!,
  ]) {
    assert.ok(secret === '' || !text.includes(secret), `a secret is shown: ${text}`);
  }
}

/**
 * Everything that an entry is put through at its vendor's fake: the flow, its refusals and its outages.
 * What the vendor does not offer has no step.
 */
export function roundTrip(fixture: VendorFixture, catalog: Catalog): Step[] {
  const steps: Step[] = [];
  const step = (name: string, run: Step['run']) => void steps.push({ name, run });
  const stepIf = (offered: boolean, name: string, run: Step['run']) => {
    if (offered) step(name, run);
  };
  const { expected, refresh, refreshExchange, revocation, userInfo, idToken, authorization } =
    fixture;
  const { token } = fixture;
  const signed = (callback: URLSearchParams) =>
    new URLSearchParams(authorization.sign?.(Object.fromEntries(callback)) ?? callback);

  step('a person grants: tokens, profile, refresh, revocation', async (t) => {
    const { fake, capture } = await start(t, fixture, catalog);
    const { answer, callback } = await capture.tokens(decidedBrowser);
    assert.equal(answer.accessToken.reveal(), fake.lastGrant.accessToken);
    assert.deepEqual(answer.scopes, expected.scopes);
    assert.equal(answer.expiresIn, expected.expiresIn);
    assert.equal(answer.refreshExpiresIn, expected.refreshExpiresIn);
    const { scope } = authorization;
    if (scope !== 'none') {
      const asked = capture.authorizationUrl!.searchParams.get(scope.parameter);
      assert.equal(asked, expected.asked.replaceAll(' ', scope.separator));
    }

    const { userInfo: _whole, ...profile } = await capture.profile(answer, callback);
    assert.deepEqual(profile, expected.profile);
    assert.deepEqual(capture.instance, { ...fixture.values, ...expected.instance });

    let latest = answer;
    assert.equal(answer.refreshToken?.reveal(), refresh && fake.lastGrant.refreshToken);
    if (refresh !== undefined) {
      const renewed = await capture.refresh(answer.refreshToken!);
      assert.equal(renewed.accessToken.reveal(), fake.lastGrant.accessToken);
      assert.notEqual(renewed.accessToken.reveal(), answer.accessToken.reveal());
      if (expected.renewedExpiresIn !== undefined) {
        assert.equal(renewed.expiresIn, expected.renewedExpiresIn);
      }
      latest = { ...renewed, refreshToken: renewed.refreshToken ?? answer.refreshToken };
      if (refresh.rotates) {
        assert.notEqual(renewed.refreshToken!.reveal(), answer.refreshToken!.reveal());
        if (refresh.grace === undefined || refresh.grace === 'single_use') {
          await assert.rejects(
            capture.refresh(answer.refreshToken!),
            isError(ProviderRejected, { error: 'invalid_grant' }),
          );
        }
      }
      if (userInfo !== undefined) {
        const again = await capture.profile({ ...latest, idTokenClaims: undefined }, callback);
        assert.equal(again.account, expected.profile.account);
      }
    } else if (refreshExchange !== undefined) {
      const renewed = await capture.renew(answer);
      assert.equal(renewed.accessToken.reveal(), fake.lastGrant.accessToken);
      assert.notEqual(renewed.accessToken.reveal(), answer.accessToken.reveal());
      assert.equal(renewed.expiresIn, expected.expiresIn);
      latest = renewed;
    }

    assert.equal(await capture.revoke(latest), revocation !== undefined);
    if (revocation !== undefined) {
      if (revocation.takes.includes('access') || revocation.ends !== 'token') {
        assert.equal(fake.knows(latest.accessToken.reveal()), false, 'still knows the token');
      }
      if (latest.refreshToken && revocation.takes.includes('refresh')) {
        assert.equal(fake.knows(latest.refreshToken.reveal()), false, 'still can be refreshed');
      }
      assert.equal(await capture.revoke(latest), true, 'revoking what is gone is no failure');
    }
    assert.deepEqual(fake.problems, []);
    assertNoSecret(fake, answer, latest, capture.logged);
  });

  step('what is documented and no single trip shows', () => {
    const entry = resolveProvider(catalog[fixture.id], catalog, fixture.id);
    const variants = fixtures.filter(({ id }) => id === fixture.id);
    assert.equal(entry.pkce, authorization.pkce === 'refused' ? false : 'S256');
    assert.equal(entry.pkceRequired === true, authorization.pkce === 'required');
    assert.equal(
      entry.refresh,
      variants.some((each) => each.refresh !== undefined),
    );
    const consents = variants.map((each) => each.expected.consentLifetime);
    assert.ok(consents.includes(entry.consentLifetime), 'consentLifetime');
    const { client_id: _id, client_secret: _secret, scope: _scope, ...fields } = fixture.client;
    assert.deepEqual(Object.keys(entry.clientFields).sort(), Object.keys(fields).sort());
    if (revocation !== undefined) {
      assert.equal(entry.revocationScope, revocation.ends === 'grant' ? 'grant' : 'token');
      assert.equal(entry.revocationRequest.refreshFirst === true, revocation.liveOnly === true);
    }
    if (refresh === undefined) return;
    const { grace, rotates, undocumented } = refresh;
    const documented = !rotates ? 'none' : grace === 'single_use' ? 'single_use' : 'rotates';
    assert.equal(entry.rotation, undocumented ? undefined : documented);
    assert.equal(entry.refreshGraceSeconds, typeof grace === 'number' ? grace : undefined);
    assert.equal(entry.refreshTokenIdleLifetime, refresh.idleLifetime);
    assert.equal(entry.refreshTokenLifetime, refresh.lifetime);
    assert.equal(entry.refreshRedirectUri === true, refresh.redirectUri === true);
  });

  stepIf(authorization.scope !== 'none', 'several scopes are asked for', async (t) => {
    const { capture } = await start(t, fixture, catalog);
    const { scope } = authorization as { scope: { parameter: string; separator: string } };
    const leaves = () => Promise.reject(new Error('no further'));
    await assert.rejects(capture.tokens(leaves, undefined, ['one', 'two']), /no further/);
    const asked = capture.authorizationUrl!.searchParams.get(scope.parameter);
    assert.equal(asked, `one${scope.separator}two`);
  });

  stepIf(expected.hosts !== undefined, 'what is kept names a documented host', async (t) => {
    const { provider } = await start(t, fixture, catalog);
    for (const [name, hosts] of Object.entries(expected.hosts!)) {
      const { from, path, hosts: listed = [] } = provider.kept!.find((each) => each.name === name)!;
      const kept = (value: string) =>
        keptValues(provider, from, (asked) => (asked === path ? value : undefined), false)[name];
      for (const host of hosts) assert.equal(kept(`https://${host}`), `https://${host}`);
      const refused = isError(InvalidProviderResponse);
      for (const host of hosts) assert.throws(() => kept(`https://${host}.evil.com`), refused);
      assert.throws(() => kept('https://evil.com'), refused);
      assert.ok(listed.length <= hosts.length, 'no host that is not documented');
    }
  });

  stepIf(expected.defaults !== undefined, 'what holds where nothing is told', async (t) => {
    const { provider } = await start(t, fixture, catalog);
    const kept = (['callback', 'token_response'] as const).map((from) =>
      keptValues(provider, from, () => undefined, false),
    );
    const preset = Object.entries(provider.values ?? {}).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    );
    assert.deepEqual(Object.assign({}, ...kept, Object.fromEntries(preset)), expected.defaults);
  });

  stepIf(expected.otherwise !== undefined, 'other user information', async (t) => {
    const { fake, capture } = await start(t, fixture, catalog);
    const { answer, callback } = await capture.tokens(decidedBrowser);
    for (const { without = [], with: told = {}, profile } of expected.otherwise!) {
      const body = JSON.parse(userInfo!.success.body);
      for (const path of without) place(body, path, undefined);
      for (const [path, value] of Object.entries(told)) place(body, path, value);
      fake.userInfoAnswer = { ...userInfo!.success, body: JSON.stringify(body) };
      const found: Record<string, unknown> = { ...(await capture.profile(answer, callback)) };
      for (const [member, text] of Object.entries(profile)) assert.equal(found[member], text);
    }
  });

  stepIf(token.refusals !== undefined, 'every refusal that is documented', async (t) => {
    const { fake, capture } = await start(t, fixture, catalog);
    for (const { answer, means } of token.refusals!) {
      fake.nextTokenAnswer = answer;
      await assert.rejects(
        capture.tokens(decidedBrowser),
        means === 'temporarily_unavailable'
          ? isError(ProviderUnavailable)
          : isError(ProviderRejected, { error: means }),
      );
      // A refused client is asked again with what its secret holds by then.
      fake.nextTokenAnswer = undefined;
    }
  });

  const dead = [...(revocation?.alsoGone ?? [])];
  stepIf(
    dead.length > 0 || revocation?.refusal !== undefined,
    'other answers to a revocation',
    async (t) => {
      const { fake, capture } = await start(t, fixture, catalog);
      const { answer } = await capture.tokens(decidedBrowser);
      for (const gone of dead) {
        fake.revocationAnswer = gone;
        assert.equal(await capture.revoke(answer), true);
      }
      if (revocation!.refusal === undefined) return;
      fake.revocationAnswer = revocation!.refusal;
      await assert.rejects(capture.revoke(answer));
    },
  );

  stepIf(authorization.denial !== undefined, 'a person denies', async (t) => {
    const { fake, capture } = await start(t, fixture, catalog);
    fake.decision = 'deny';
    await assert.rejects(capture.tokens(decidedBrowser), (error) => {
      assert.ok(error instanceof AuthorizationDenied);
      assert.match(error.error, /denied|cancel/);
      return true;
    });
    assert.equal(fake.received.length, 1, 'nothing is exchanged');
    assert.deepEqual(fake.problems, []);
  });

  step('a code that is not good, or good no more', async (t) => {
    const { fake, capture } = await start(t, fixture, catalog);
    const refused = isError(ProviderRejected, { error: 'invalid_grant' });
    const spoiled = (callback: URLSearchParams) => {
      callback.set('code', 'no-such-code');
      return signed(callback);
    };
    await assert.rejects(capture.tokens(decidedBrowser, spoiled), refused);
    const { exchange } = await capture.tokens(decidedBrowser);
    await assert.rejects(exchange(), refused);
    assert.deepEqual(fake.problems, []);
  });

  stepIf(!!authorization.sign, 'a callback that the vendor has not signed', async (t) => {
    const { fake, capture } = await start(t, fixture, catalog);
    const changed = (callback: URLSearchParams) => {
      callback.set('code', 'another-code');
      return callback;
    };
    const refused = isError(InvalidProviderResponse);
    await assert.rejects(capture.tokens(decidedBrowser, changed), refused);
    const names = Object.keys(authorization.sign!({}));
    const unsigned = (callback: URLSearchParams) => {
      for (const name of names) callback.delete(name);
      return callback;
    };
    await assert.rejects(capture.tokens(decidedBrowser, unsigned), refused);
    assert.ok(
      fake.received.every(({ url }) => url !== token.url),
      'nothing is exchanged',
    );
  });

  step('a callback for another request, or from another issuer', async (t) => {
    const { fake, capture } = await start(t, fixture, catalog);
    const changed = (name: string) => (callback: URLSearchParams) => {
      callback.set(name, 'https://evil.example.com');
      return callback;
    };
    const refused = isError(InvalidProviderResponse);
    await assert.rejects(capture.tokens(decidedBrowser, changed('state')), refused);
    if ('iss' in authorization.success('', '', fake.lastGrant)) {
      await assert.rejects(capture.tokens(decidedBrowser, changed('iss')), refused);
    }
    assert.ok(
      fake.received.every(({ url }) => url !== token.url),
      'nothing is exchanged',
    );
  });

  step('a client that is refused, and one whose secret was just changed', async (t) => {
    const { fake, capture } = await start(t, fixture, catalog);
    const { key_id, ...rest } = fixture.client;
    const stale =
      key_id === undefined
        ? { ...rest, client_secret: 'not-the-secret' }
        : { ...rest, key_id: 'OLDKEY0000' };
    capture.client.stored = stale;
    await assert.rejects(
      capture.tokens(decidedBrowser),
      // The signature of the callback is made with the secret, and is looked at first.
      authorization.sign === undefined
        ? isError(ProviderRejected, { error: 'invalid_client' })
        : isError(InvalidProviderResponse),
    );
    capture.client.next = fixture.client;
    const { answer } = await capture.tokens(decidedBrowser);
    assert.equal(answer.accessToken.reveal(), fake.lastGrant.accessToken);
  });

  step('a token endpoint in trouble', async (t) => {
    const { fake, capture } = await start(t, fixture, catalog);
    const html = { 'content-type': 'text/html' };
    const fails = async (answer: FakeVendor['nextTokenAnswer'], check: (e: unknown) => boolean) => {
      fake.nextTokenAnswer = answer;
      await assert.rejects(capture.tokens(decidedBrowser), (error) => {
        assertNoSecret(fake, error);
        return check(error);
      });
    };
    await fails(
      { status: 503, headers: html, body: '<h1>later</h1>' },
      isError(ProviderUnavailable, { retryable: true, retryAfterSeconds: undefined }),
    );
    await fails(
      { status: 429, headers: { 'retry-after': '17' }, body: '{"error":"slow"}' },
      isError(ProviderUnavailable, { retryAfterSeconds: 17 }),
    );
    await fails(
      { status: 200, headers: html, body: '<h1>Down for maintenance</h1>' },
      isError(InvalidProviderResponse),
    );
    await fails(
      { status: 200, headers: {}, body: '{"access_token": "abc' },
      isError(InvalidProviderResponse),
    );
    await fails(
      { status: 302, headers: { location: 'https://evil.example.com' }, body: '' },
      isError(InvalidProviderResponse),
    );
    await fails('cut', isError(ProviderUnavailable));
    await capture.tokens(decidedBrowser);
  });

  step('tokens that the provider no longer knows', async (t) => {
    const { capture } = await start(t, fixture, catalog);
    const { answer, callback } = await capture.tokens(decidedBrowser);
    if (userInfo !== undefined) {
      await assert.rejects(
        capture.profile(withToken(answer, 'stolen'), callback),
        isError(ProviderRejected),
      );
    }
    if (refresh !== undefined) {
      await assert.rejects(
        capture.refresh(new Secret('no-such-token')),
        isError(ProviderRejected, { error: 'invalid_grant' }),
      );
    } else if (refreshExchange !== undefined) {
      await assert.rejects(
        capture.renew(withToken(answer, 'stolen')),
        isError(ProviderRejected, { error: 'invalid_grant' }),
      );
    }
  });

  if (idToken !== undefined) {
    step('an ID token that is not for this request', async (t) => {
      const { fake, capture } = await start(t, fixture, catalog);
      const refused = (claims: Record<string, unknown>) => {
        fake.claims = claims;
        return assert.rejects(capture.tokens(decidedBrowser), isError(InvalidProviderResponse));
      };
      await refused({ aud: 'another-client' });
      await refused({ iss: 'https://evil.example.com' });
      await refused({ exp: 1_700_000_000 });
      await refused({ nonce: 'of-another-request' });
      const asked = new URLSearchParams({ nonce: 'of-this-request' });
      if ('nonce' in idToken.claims({ ...fake.lastGrant, asked })) {
        await refused({ nonce: undefined });
      }
      fake.claims = {};
      fake.signWithAnotherKey();
      await assert.rejects(capture.tokens(decidedBrowser), isError(InvalidProviderResponse));
    });
  }

  return steps;
}
