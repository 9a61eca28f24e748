import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEVER } from '../../shared/connections/connection.ts';
import type { HttpRequest } from '../../shared/ports.ts';
import { memoryConnection, Reply } from '../support/memory-connection.ts';

const fresh = { access_token: 'second', token_type: 'bearer', expires_in: 1_000 };
const refreshExchange = {
  url: 'https://{shop}.acme.example/next',
  tokenParameter: 'token',
};

test('an exchanged token is renewed in the second half of its life, and serves while that fails', async () => {
  const young = await memoryConnection({ refreshExchange }, {}, 400, () => fresh);
  assert.equal((await young.ask()).status, 'ok');
  assert.equal(young.sent.length, 0);

  const older = await memoryConnection({ refreshExchange }, {}, 600, () => fresh);
  const answer = await older.ask();
  assert.ok(answer.status === 'ok' && answer.accessToken === 'second');
  assert.equal(older.sent[0]!.url, 'https://mine.acme.example/next?token=first');

  const failing = await memoryConnection({ refreshExchange }, {}, 600, () => new Reply(503));
  const served = await failing.ask();
  assert.ok(served.status === 'ok' && served.accessToken === 'first');

  const ended = await memoryConnection({ refreshExchange }, {}, 1_001, () => fresh);
  assert.equal((await ended.ask()).status, 'needs_reauth');
  assert.equal(ended.sent.length, 0, 'a token that has ended is exchanged no more');
});

test('tokens go to the host of their own connection, and to no other', async () => {
  const own = await memoryConnection({}, { refreshToken: 'r' }, 1_001, () => fresh);
  assert.equal((await own.ask()).status, 'ok');
  assert.equal(own.sent[0]!.url, 'https://mine.acme.example/token');

  const moved = await memoryConnection({}, { refreshToken: 'r' }, 1_001, () => fresh, {
    instance: { shop: 'another' },
    tokenOrigin: 'https://mine.acme.example',
  });
  await assert.rejects(moved.ask(), { name: 'ConfigurationError' });
  assert.equal(moved.sent.length, 0);
});

test('row 53: values that a row was given by another hand lead to no other host', async () => {
  const hosted = {
    tokenUrl: '{api}/token',
    values: {},
    authorizationUrl: 'https://acme.example/authorize',
    userInfoUrl: 'https://acme.example/me',
    revocationUrl: '{api}/revoke',
    kept: [{ name: 'api', from: 'token_response', path: 'api', hosts: ['*.acme.example'] }],
  };
  for (const [entry, instance] of [
    [{}, { shop: 'evil.example/' }],
    [hosted, { api: 'https://evil.example' }],
    [hosted, { api: 'https://eu.acme.example@evil.example' }],
  ] as const) {
    const one = await memoryConnection(entry, { refreshToken: 'r' }, 1_001, () => fresh, {
      instance,
      tokenOrigin: 'https://evil.example',
    });
    await assert.rejects(one.ask(), { name: 'ConfigurationError' });
    const ended = await one.end();
    assert.ok(ended.status === 'disconnected' && ended.revoked === 'no');
    assert.deepEqual(one.sent, []);
  }
});

test('what a refresh tells anew is kept; what it must not tell changes nothing', async () => {
  const entry = {
    kept: [{ name: 'api', from: 'token_response', path: 'api', hosts: ['*.acme.example'] }],
  };
  const refreshed = async (api: string) => {
    const one = await memoryConnection(entry, { refreshToken: 'r' }, 1_001, () => ({
      ...fresh,
      api,
    }));
    const answer = await one.ask();
    assert.ok(answer.status === 'ok' && answer.accessToken === 'second');
    return answer.instance;
  };
  assert.deepEqual(await refreshed('https://eu.acme.example/'), {
    shop: 'mine',
    api: 'https://eu.acme.example',
  });
  assert.deepEqual(await refreshed('https://evil.com'), { shop: 'mine' });
});

test('where only a live token is revoked, one that has ended is refreshed first', async () => {
  const entry = {
    revocationRequest: { refreshFirst: true, token: 'access_token', authentication: 'bearer' },
  };
  const revoked = ({ url }: HttpRequest) => (url.endsWith('/revoke') ? {} : fresh);
  const live = await memoryConnection(entry, { refreshToken: 'r' }, 500, revoked);
  assert.deepEqual(await live.end(), { status: 'disconnected', revoked: 'yes' });
  assert.deepEqual(
    live.sent.map(({ url }) => url),
    ['https://mine.acme.example/revoke'],
  );

  const ended = await memoryConnection(entry, { refreshToken: 'r' }, 1_001, revoked);
  assert.deepEqual(await ended.end(), { status: 'disconnected', revoked: 'yes' });
  const [, revocation] = ended.sent;
  assert.equal(revocation!.headers['authorization'], 'Bearer second');

  const failing = ({ url }: HttpRequest) =>
    url.endsWith('/revoke') ? new Reply(503) : { ...fresh, refresh_token: 'r2' };
  const later = await memoryConnection(entry, { refreshToken: 'r' }, 1_001, failing);
  assert.deepEqual(await later.end(), { status: 'disconnected', revoked: 'no' });
  assert.equal((await later.tokens()).refreshToken, 'r2', 'the next try has the one in force');
});

test('a grant that has ended, and could only be refreshed to be revoked, was tried every day for ever', async () => {
  const one = await memoryConnection(
    { revocationRequest: { refreshFirst: true } },
    { refreshToken: 'r' },
    1_001,
    () => new Reply(400, { error: 'invalid_grant' }),
  );
  assert.deepEqual(await one.end(), { status: 'disconnected', revoked: 'no' });
  assert.deepEqual(await one.end(), { status: 'disconnected', revoked: 'yes' });
  assert.equal((await one.row())?.tokens, undefined);
  assert.equal((await one.row())?.dueAt, NEVER);
});
