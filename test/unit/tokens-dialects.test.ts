import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Connection } from '../../shared/connections/connection.ts';
import { NEVER, type Tokens } from '../../shared/connections/connection.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import type { HttpRequest, HttpResponse, Ports } from '../../shared/ports.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import { Secret } from '../../shared/secret.ts';
import type { TokenDeps } from '../../shared/tokens/deps.ts';
import { disconnect } from '../../shared/tokens/disconnect.ts';
import { getToken } from '../../shared/tokens/get-token.ts';
import { makeLeaseWatch } from '../../shared/tokens/lease.ts';
import { openJson, sealJson } from '../../shared/vault/sealed-json.ts';
import type { Vault } from '../../shared/vault/vault.ts';
import { makeMemoryHealth, makeMemoryTable, nothingDisabled } from '../support/memory-table.ts';

const KEY = { owner: 'o', provider: 'acme', account: 'a' };
const CONNECTED = 1_000_000;

const minimal = {
  id: 'acme',
  authorizationUrl: 'https://{shop}.acme.example/authorize',
  tokenUrl: 'https://{shop}.acme.example/token',
  revocationUrl: 'https://{shop}.acme.example/revoke',
  userInfoUrl: 'https://{shop}.acme.example/me',
  clientAuthentication: 'client_secret_post',
  account: 'id',
  values: { shop: { label: 'Shop', pattern: '[a-z]+', example: 'mine' } },
};

/** One connection of a shop, `age` seconds old, whose access token lives for 1000; and what was sent. */
async function connection(
  entry: Record<string, unknown>,
  stored: Partial<Tokens>,
  age: number,
  answer: (request: HttpRequest) => unknown,
  more: Partial<Connection> = {},
) {
  const sent: HttpRequest[] = [];
  const provider = resolveProvider({ ...minimal, ...entry }, {}, 'providers.0');
  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    sent.push(request);
    const body = answer(request);
    const status = typeof body === 'number' ? body : 200;
    return { status, headers: {}, body: JSON.stringify(status === 200 ? body : {}) };
  };
  const now = () => (CONNECTED + age) * 1_000;
  const ports: Ports = {
    now,
    http,
    sleep: async () => {},
    random: (bytes) => randomBytes(bytes),
    log: { info() {}, warn() {}, error() {} },
  };
  const client = { clientId: 'c', clientSecret: new Secret('s'), fields: {} };
  const connections = makeMemoryTable();
  const vault: Vault = {
    prepare: async () => (plaintext) => plaintext,
    open: async (sealed) => sealed,
  };
  const deps = {
    configuration: {
      providers: { acme: provider },
      callers: {},
      returnUrls: [],
      allowLoopbackProviders: false,
    },
    ports,
    servers: makeServers(http, now),
    secrets: { get: async () => client, refresh: async () => client, previous: async () => {} },
    connections,
    controls: nothingDisabled,
    health: makeMemoryHealth(),
    vault,
    leases: makeLeaseWatch(),
  } as unknown as TokenDeps;
  const tokens = { accessToken: 'first', tokenType: 'bearer', ...stored };
  await connections.capture(KEY, {
    grantId: 'g',
    status: 'connected',
    scopes: [],
    tokens: await sealJson(vault, ports, 'tokens', KEY, tokens),
    expiresAt: CONNECTED + 1_000,
    instance: { shop: 'mine' },
    tokenOrigin: 'https://mine.acme.example',
    connectedAt: CONNECTED,
    updatedAt: CONNECTED,
    dueAt: NEVER,
    ...more,
  });
  const request = { owner: KEY.owner, provider: KEY.provider };
  return {
    sent,
    ask: (fields = {}) => getToken(deps, { ...request, ...fields }, now() + 60_000),
    end: () => disconnect(deps, { ...request, account: KEY.account }),
    row: () => connections.get(KEY),
    tokens: async () => {
      const row = await connections.get(KEY);
      return openJson<Tokens>(vault, 'tokens', KEY, row!.tokens!);
    },
  };
}

const fresh = { access_token: 'second', token_type: 'bearer', expires_in: 1_000 };
const refreshExchange = {
  url: 'https://{shop}.acme.example/next',
  tokenParameter: 'token',
};

test('an exchanged token is renewed in the second half of its life, and serves while that fails', async () => {
  const young = await connection({ refreshExchange }, {}, 400, () => fresh);
  assert.equal((await young.ask()).status, 'ok');
  assert.equal(young.sent.length, 0);

  const older = await connection({ refreshExchange }, {}, 600, () => fresh);
  const answer = await older.ask();
  assert.ok(answer.status === 'ok' && answer.accessToken === 'second');
  assert.equal(older.sent[0]!.url, 'https://mine.acme.example/next?token=first');

  const failing = await connection({ refreshExchange }, {}, 600, () => 503);
  const served = await failing.ask();
  assert.ok(served.status === 'ok' && served.accessToken === 'first');

  const ended = await connection({ refreshExchange }, {}, 1_001, () => fresh);
  assert.equal((await ended.ask()).status, 'needs_reauth');
  assert.equal(ended.sent.length, 0, 'a token that has ended is exchanged no more');
});

test('tokens go to the host of their own connection, and to no other', async () => {
  const own = await connection({}, { refreshToken: 'r' }, 1_001, () => fresh);
  assert.equal((await own.ask()).status, 'ok');
  assert.equal(own.sent[0]!.url, 'https://mine.acme.example/token');

  const moved = await connection({}, { refreshToken: 'r' }, 1_001, () => fresh, {
    instance: { shop: 'another' },
  });
  await assert.rejects(moved.ask(), { name: 'ConfigurationError' });
  assert.equal(moved.sent.length, 0);
});

test('what a refresh tells anew is kept; what it must not tell changes nothing', async () => {
  const entry = {
    kept: [{ name: 'api', from: 'token_response', path: 'api', hosts: ['*.acme.example'] }],
  };
  const refreshed = async (api: string) => {
    const one = await connection(entry, { refreshToken: 'r' }, 1_001, () => ({ ...fresh, api }));
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
  const live = await connection(entry, { refreshToken: 'r' }, 500, revoked);
  assert.deepEqual(await live.end(), { status: 'disconnected', revoked: 'yes' });
  assert.deepEqual(
    live.sent.map(({ url }) => url),
    ['https://mine.acme.example/revoke'],
  );

  const ended = await connection(entry, { refreshToken: 'r' }, 1_001, revoked);
  assert.deepEqual(await ended.end(), { status: 'disconnected', revoked: 'yes' });
  const [, revocation] = ended.sent;
  assert.equal(revocation!.headers['authorization'], 'Bearer second');

  const failing = ({ url }: HttpRequest) =>
    url.endsWith('/revoke') ? 503 : { ...fresh, refresh_token: 'r2' };
  const later = await connection(entry, { refreshToken: 'r' }, 1_001, failing);
  assert.deepEqual(await later.end(), { status: 'disconnected', revoked: 'no' });
  assert.equal((await later.tokens()).refreshToken, 'r2', 'the next try has the one in force');
});
