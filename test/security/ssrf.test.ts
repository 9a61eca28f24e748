import assert from 'node:assert/strict';
import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { after, before, beforeEach, describe, mock, test } from 'node:test';
import { isLoopbackAddress } from '../../shared/address.ts';
import { startOpenIdServer } from '../support/openid-server.ts';
import { type Product, productForSuite } from '../support/product.ts';
import { trip } from '../support/trip.ts';

const server = await startOpenIdServer();
const { misbehaviour, origin } = server;

/** Takes connections for the names that lead here, and says nothing. */
const listening = createServer((socket) => {
  accepted++;
  socket.on('error', () => {}).destroy();
});
let accepted = 0;
await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
const { port } = listening.address() as AddressInfo;

/** Where names lead: the answers of the name server, one after the other, the last for good. */
const NAMES: Record<string, string[][]> = {
  'private.example.com': [['169.254.169.254']],
  'mapped.example.com': [['::ffff:10.0.0.1']],
  'mixed.example.com': [['127.0.0.1', '10.0.0.1']],
  'rebinding.example.com': [['127.0.0.1'], ['169.254.169.254']],
};

/** Addresses that nobody may be led to, as the metadata of an issuer names them. */
const FORBIDDEN = [
  'https://169.254.169.254/latest/meta-data/',
  'https://2852039166/latest/meta-data/',
  'https://0xa9fea9fe/latest/meta-data/',
  'https://0251.0376.0251.0376/latest/meta-data/',
  'https://[::ffff:169.254.169.254]/latest/meta-data/',
  'https://[64:ff9b::a9fe:a9fe]/latest/meta-data/',
  'https://[2002:a9fe:a9fe::1]/latest/meta-data/',
  'https://[fd00:ec2::254]/latest/meta-data/',
  'https://10.0.0.1/',
  'https://0.0.0.0/',
  'http://192.168.0.1/',
  'http://token.example.com/',
  'https://private.example.com/',
  'https://mapped.example.com/',
  'https://mixed.example.com/',
];
const ENDPOINTS = ['token_endpoint', 'jwks_uri', 'userinfo_endpoint'] as const;
/** Every address at the token endpoint, and the first and a name at the others. */
const LED_ASTRAY = ENDPOINTS.flatMap((endpoint) =>
  (endpoint === 'token_endpoint' ? FORBIDDEN : [FORBIDDEN[0]!, FORBIDDEN.at(-1)!]).map(
    (address, at) => ({ id: `${endpoint.replace('_', '-')}-${at}`, endpoint, address }),
  ),
);
const REBINDING = `https://rebinding.example.com:${port}/token`;
for (const { id, endpoint, address } of LED_ASTRAY) {
  misbehaviour.metadata[id] = { [endpoint]: address };
}
misbehaviour.metadata['rebinding'] = { token_endpoint: REBINDING };

const ISSUERS = ['rebinding', ...LED_ASTRAY.map(({ id }) => id)];
/** A plain OAuth 2.0 server that tells where its API is. */
const TELLING = {
  id: 'telling',
  authorizationUrl: `${origin}/telling/authorize`,
  tokenUrl: `${origin}/telling/token`,
  userInfoUrl: '{api}/userinfo',
  kept: [
    {
      name: 'api',
      from: 'token_response' as const,
      path: 'api_url',
      hosts: ['*.api.example.com'],
    },
  ],
  account: 'sub',
};

describe('addresses of a provider', () => {
  const suite = productForSuite({
    configuration: () => ({ providers: [...ISSUERS.map((id) => server.entry(id)), TELLING] }),
  });
  let product: Product;
  /** What this process connects to beside itself: it has no business with any other machine. */
  const elsewhere: string[] = [];
  let lookups: Record<string, number> = {};

  before(async () => {
    product = suite();
    for (const id of [...ISSUERS, 'telling']) {
      await product.setSecret(id, { client_id: 'openid-client', client_secret: 's' });
    }
    const { connect } = Socket.prototype;
    mock.method(Socket.prototype, 'connect', function (this: Socket, ...to: [never]) {
      this.on('connectionAttempt', (address) => {
        if (!isLoopbackAddress(address)) elsewhere.push(address);
      });
      return connect.apply(this, to);
    });
    const { lookup } = dns;
    mock.method(dns, 'lookup', (name: string, options: LookupOptions, done: LookedUp) => {
      const answers = NAMES[name];
      if (answers === undefined) return lookup(name, options, done);
      const asked = lookups[name] ?? 0;
      lookups[name] = asked + 1;
      const found = answers[Math.min(asked, answers.length - 1)]!.map((address) => {
        return { address, family: address.includes(':') ? 6 : 4 };
      });
      if (options.all) done(null, found, 0);
      else done(null, found[0]!.address, found[0]!.family);
    });
  });
  after(async () => {
    mock.restoreAll();
    listening.close();
    await server.close();
  });
  beforeEach(() => {
    server.reset();
    lookups = {};
    accepted = 0;
    elsewhere.length = 0;
  });

  const connect = (id: string) =>
    trip(product, id, (asked) => ({
      code: asked.get('nonce') ?? 'plain-code',
      ...(id !== 'telling' && { iss: `${origin}/${id}` }),
    }));

  for (const { id, endpoint, address } of LED_ASTRAY) {
    test(`row 24: ${endpoint} is ${address}: not connected to`, async () => {
      const { status, cause, connections } = await connect(id);
      assert.equal(status, 'failed');
      assert.match(cause ?? '', /only https to a public address|at an address that is not public/);
      assert.deepEqual([connections, elsewhere], [[], []]);
    });
  }

  test('row 24: the address that was looked up and checked is the one that is connected to', async () => {
    const { status } = await connect('rebinding');
    assert.equal(status, 'failed');
    assert.deepEqual([lookups, accepted, elsewhere], [{ 'rebinding.example.com': 1 }, 1, []]);
    await connect('rebinding');
    assert.deepEqual([lookups, accepted, elsewhere], [{ 'rebinding.example.com': 2 }, 1, []]);
  });

  for (const [what, api] of [
    ['an address', 'https://169.254.169.254'],
    ['a host of another', 'https://api.example.com.evil.example'],
    ['a user in front', 'https://eu.api.example.com@169.254.169.254'],
    ['a port', 'https://eu.api.example.com:8443'],
    ['no TLS', 'http://eu.api.example.com'],
  ] as const) {
    test(`row 24: a token response tells ${what} as the host of the API: not connected to`, async () => {
      misbehaviour.tokenResponse = { api_url: api };
      const { status, cause, connections } = await connect('telling');
      assert.equal(status, 'failed');
      assert.match(cause ?? '', /api of telling: expected a host of the list/);
      assert.deepEqual([connections, elsewhere], [[], []]);
    });
  }
});

type LookedUp = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family: number,
) => void;
