import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sealJson } from '../../shared/vault/sealed-json.ts';
import { KEY, memoryConnection, Reply } from '../support/memory-connection.ts';

const second = {
  access_token: 'second',
  refresh_token: 'r2',
  token_type: 'bearer',
  expires_in: 900,
};

type Memory = Awaited<ReturnType<typeof memoryConnection>>;

/** Another one saves a newer pair while the provider is asked. */
async function siblingSaves({ connections, deps }: Memory) {
  const row = (await connections.get(KEY))!;
  const tokens = { accessToken: 'sibling', tokenType: 'bearer', refreshToken: 'r-sibling' };
  await connections.change(row, {
    tokens: await sealJson(deps.vault, deps.ports, 'tokens', KEY, tokens),
    expiresAt: row.expiresAt! + 10_000,
    updatedAt: row.updatedAt + 5_000,
    lease: undefined,
  });
}

test('row 1: 10,000 answers of 5xx lose no grant', async () => {
  const statuses = [500, 502, 503, 504, 520];
  let answer: unknown;
  const one = await memoryConnection({}, { refreshToken: 'r' }, 1_001, () => answer);
  for (let i = 0; i < 10_000; i++) {
    answer = new Reply(statuses[i % statuses.length]!, '<html>');
    const { status } = await one.ask();
    assert.equal(status, 'provider_unavailable');
    one.wait(301_000);
  }
  assert.equal(one.sent.length, 10_000);
  assert.equal((await one.tokens()).refreshToken, 'r');
  answer = second;
  assert.equal((await one.ask()).status, 'ok');
});

test('row 2: Retry-After is honoured beyond the window that a failure opens by itself', async () => {
  const busy = new Reply(429, {}, { 'retry-after': '60' });
  const one = await memoryConnection({}, { refreshToken: 'r' }, 1_001, () => busy);
  await one.ask();
  for (let second = 0; second < 60; second++) {
    const answer = await one.ask();
    assert.ok(answer.status === 'provider_unavailable', JSON.stringify(answer));
    assert.equal(answer.retryAfterSeconds, 60 - second);
    one.wait(1_000);
  }
  assert.equal(one.sent.length, 1);
  await one.ask();
  assert.equal(one.sent.length, 2);
});

test('row 2: a server that does not answer holds up the connections that lead to it, and no others', async () => {
  const isDown = new Set(['mine']);
  const one = await memoryConnection({}, { refreshToken: 'r' }, 1_001, ({ url }) =>
    isDown.has(new URL(url).hostname.split('.')[0]!) ? new Reply(503) : second,
  );
  const { connections } = one;
  const { account: _account, ...row } = (await one.row())!;
  for (const shop of ['other', 'mine-too']) {
    const key = { ...KEY, account: shop };
    const instance = { shop: shop === 'other' ? 'other' : 'mine' };
    const tokenOrigin = `https://${instance.shop}.acme.example`;
    const tokens = await sealJson(one.deps.vault, one.deps.ports, 'tokens', key, {
      accessToken: 'first',
      tokenType: 'bearer',
      refreshToken: 'r',
    });
    await connections.capture(key, { ...row, grantId: shop, tokens, instance, tokenOrigin });
  }
  const status = async (account: string) => (await one.ask({ account })).status;
  assert.equal(await status(KEY.account), 'provider_unavailable');
  assert.equal(await status('mine-too'), 'provider_unavailable');
  assert.equal(one.sent.length, 1);
  assert.equal(await status('other'), 'ok');
  // Nor does the one that answers end the other's window.
  assert.equal(await status('mine-too'), 'provider_unavailable');
  assert.equal(one.sent.length, 2);
  one.wait(3_000);
  isDown.clear();
  assert.equal(await status('mine-too'), 'ok');
});

test('row 8: invalid_grant after a sibling has saved: its newer token is adopted', async () => {
  const one: Memory = await memoryConnection({}, { refreshToken: 'r' }, 1_001, async () => {
    await siblingSaves(one);
    return new Reply(400, { error: 'invalid_grant' });
  });
  const answer = await one.ask();
  assert.ok(answer.status === 'ok' && answer.accessToken === 'sibling', JSON.stringify(answer));
  assert.equal((await one.row())!.status, 'connected');
});

test('row 11: the save finds another version: the winner’s token, and no error', async () => {
  const one: Memory = await memoryConnection({}, { refreshToken: 'r' }, 1_001, async () => {
    await siblingSaves(one);
    return second;
  });
  const answer = await one.ask();
  assert.ok(answer.status === 'ok' && answer.accessToken === 'sibling', JSON.stringify(answer));
  assert.equal((await one.tokens()).refreshToken, 'r-sibling');
});

test('row 11: a new version without new tokens does not cost the pair', async () => {
  const one: Memory = await memoryConnection({}, { refreshToken: 'r' }, 1_001, async () => {
    const row = (await one.row())!;
    const off = await one.connections.change(row, { disabledAt: 1 });
    await one.connections.change(off, { disabledAt: undefined });
    return second;
  });
  await one.ask();
  assert.equal((await one.tokens()).refreshToken, 'r2');
});

test('row 51: what a refresh brings after a disconnect is revoked, or kept to be revoked', async () => {
  for (const [status, left] of [
    [200, false],
    [503, true],
  ] as const) {
    const one: Memory = await memoryConnection(
      {},
      { refreshToken: 'r' },
      1_001,
      async (request) => {
        if (request.url.endsWith('/revoke')) return new Reply(status);
        const row = (await one.row())!;
        await one.connections.change(row, { status: 'disconnected', lease: undefined });
        return second;
      },
    );
    assert.equal((await one.ask()).status, 'not_connected');
    const revocation = one.sent.find(({ url }) => url.endsWith('/revoke'))!;
    assert.equal(new URLSearchParams(revocation.body).get('token'), 'r2');
    assert.equal((await one.tokens()).refreshToken === 'r2', left);
    assert.equal((await one.row())!.status, 'disconnected');
  }
});
