import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { connectDemo } from '../support/connect-demo.ts';
import { grantEnder } from '../support/grant-ender.ts';
import { type Product, productForSuite } from '../support/product.ts';

// Longer than any token of the demo provider lives: asks for a refresh.
const LONGER = 86_400;

describe('refresh', () => {
  const suite = productForSuite({
    demoOptions: { accessTokenTtlSeconds: 600 },
    configuration: () => ({ callers: { web: {} } }),
  });
  let product: Product;
  before(() => {
    product = suite();
  });

  const connect = (owner: string) => connectDemo(product, owner);
  const getToken = (owner: string, more: Record<string, unknown> = {}) =>
    product.invoke('get-token', { owner, provider: 'demo', ...more }, 'web');
  const works = async (answer: Record<string, unknown>) =>
    (
      await fetch(`${product.demo!.issuer}/me`, {
        headers: { authorization: `Bearer ${answer['accessToken']}` },
      })
    ).status === 200;

  async function refreshesDuring(run: () => Promise<unknown>): Promise<number> {
    let refreshes = 0;
    const count = () => refreshes++;
    const events = ['grant.success', 'grant.error'];
    for (const event of events) product.demo!.provider.on(event, count);
    await run();
    for (const event of events) product.demo!.provider.removeListener(event, count);
    return refreshes;
  }

  test('a token that is valid long enough is handed out as it is', async () => {
    await connect('valid');
    const refreshes = await refreshesDuring(async () => {
      const first = await getToken('valid');
      const second = await getToken('valid', { minValiditySeconds: 500 });
      assert.equal(first['accessToken'], second['accessToken']);
      assert.equal(first['tokenType'], 'bearer');
      assert.deepEqual(first['scopes'], ['openid', 'profile', 'email', 'offline_access']);
      const left = Date.parse(String(first['expiresAt'])) - Date.now();
      assert.ok(left > 590_000 && left <= 600_000, String(left));
    });
    assert.equal(refreshes, 0);
  });

  test('a token that is not is refreshed, and so is the one after it: the rotated pair was saved', async () => {
    await connect('rotating');
    const tokens = new Set<unknown>();
    for (let i = 0; i < 3; i++) {
      const answer = await getToken('rotating', { minValiditySeconds: LONGER });
      assert.equal(answer['status'], 'ok', JSON.stringify(answer));
      assert.ok(await works(answer));
      tokens.add(answer['accessToken']);
    }
    assert.equal(tokens.size, 3);
    const { connections } = await product.invoke<{ connections: { connectedAt: string }[] }>(
      'list-connections',
      { owner: 'rotating' },
    );
    assert.equal(connections.length, 1);
  });

  test('a rejected token is refreshed once: who comes with the old one again gets the new one', async () => {
    await connect('rejected');
    const first = await getToken('rejected');
    const refreshes = await refreshesDuring(async () => {
      const second = await getToken('rejected', { rejectedToken: first['accessToken'] });
      assert.notEqual(second['accessToken'], first['accessToken']);
      const third = await getToken('rejected', { rejectedToken: first['accessToken'] });
      assert.equal(third['accessToken'], second['accessToken']);
    });
    assert.equal(refreshes, 1);
  });

  test('a scope that was not granted is insufficient_scope, with what is missing', async () => {
    await connect('scoped');
    assert.equal((await getToken('scoped', { requiredScopes: ['email'] }))['status'], 'ok');
    const answer = await getToken('scoped', { requiredScopes: ['email', 'calendar'] });
    assert.equal(answer['status'], 'insufficient_scope');
    assert.deepEqual(answer['missingScopes'], ['calendar']);
  });

  test('where a person must act, the answer has the request that makes a URL for her', async () => {
    await connect('hint');
    for (const [request, scopes] of [
      [{ owner: 'hint', requiredScopes: ['email', 'calendar'] }, ['email', 'calendar']],
      [{ owner: 'nobody' }, undefined],
    ] as const) {
      const answer = await product.invoke('get-token', { ...request, provider: 'demo' });
      assert.deepEqual(answer['connect'], {
        function: 'create-connect-session',
        request: { owner: request.owner, providers: ['demo'], ...(scopes && { scopes }) },
      });
      const hint = answer['connect'] as { function: string; request: object };
      const made = await product.invoke<{ url: string }>(hint.function, hint.request);
      assert.match(made.url, /\/demo\/authorize\?session=/);
    }
  });

  test('a grant that the provider has ended is needs_reauth, until the person connects again', async () => {
    const endGrant = grantEnder(product);
    await connect('ended');
    await endGrant();
    const answer = await getToken('ended', { minValiditySeconds: LONGER });
    assert.deepEqual(
      [answer['status'], answer['retryable'], 'accessToken' in answer],
      ['needs_reauth', false, false],
    );
    assert.deepEqual((answer['connect'] as { request: object }).request, {
      owner: 'ended',
      providers: ['demo'],
    });
    const refreshes = await refreshesDuring(async () => {
      assert.equal((await getToken('ended'))['status'], 'needs_reauth');
    });
    assert.equal(refreshes, 0, 'a dead connection is not tried again and again');
    const { connections } = await product.invoke<{ connections: { status: string }[] }>(
      'list-connections',
      { owner: 'ended' },
    );
    assert.deepEqual(
      connections.map(({ status }) => status),
      ['needs_reauth'],
    );
    await connect('ended');
    assert.equal((await getToken('ended'))['status'], 'ok');
  });

  test('while the provider is down a token that is still valid is served', async () => {
    await connect('down');
    const before = await getToken('down');
    await product.demo!.close();
    const answer = await getToken('down', { minValiditySeconds: LONGER });
    assert.equal(answer['accessToken'], before['accessToken']);
    const rejected = await getToken('down', { rejectedToken: before['accessToken'] });
    assert.deepEqual([rejected['status'], rejected['retryable']], ['provider_unavailable', true]);
    const ended = await product.invoke('disconnect', { owner: 'down', provider: 'demo' });
    assert.deepEqual(ended, { status: 'disconnected', revoked: 'no' });
    assert.equal((await getToken('down'))['status'], 'not_connected');
  });
});
