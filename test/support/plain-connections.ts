import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import type { AwsCall, FaultProxy } from './fault-proxy.ts';
import { CookieBrowser } from './local-browser.ts';
import type { PlainServer } from './plain-server.ts';
import { type Product, productForSuite } from './product.ts';

export type Answer = Record<string, unknown>;

export interface Who {
  owner: string;
  provider: string;
}

export interface PlainConnections {
  product(): Product;
  /** Connects a new owner at a provider of its own; the server's next token is the second one. */
  connected(expiresIn?: number): Promise<Who>;
  ask(who: Who, more?: Answer): Promise<Answer>;
  /** Asks for another token than the first one. */
  rejected(who: Who): Promise<Answer>;
  /** Requests to the token endpoint since the last connect. */
  refreshes(): number;
  statusOf(who: Who): Promise<string[]>;
}

// A provider for each test: a window that one opens is not the other's.
const PROVIDERS = Array.from({ length: 16 }, (_, i) => `plain${i}`);

/** The connections of a suite, made in it, at a plain OAuth 2.0 server, for tests that decide on its every answer. */
export function plainConnections(server: PlainServer, proxy?: FaultProxy): PlainConnections {
  const suite = productForSuite({
    ...(proxy && { proxy }),
    configuration: () => ({
      providers: PROVIDERS.map((id) => ({
        id,
        authorizationUrl: `${server.origin}/authorize`,
        tokenUrl: `${server.origin}/token`,
        userInfoUrl: `${server.origin}/me`,
        account: 'id',
      })),
    }),
  });
  before(async () => {
    for (const id of PROVIDERS) {
      await suite().setSecret(id, { client_id: 'id', client_secret: 'client-secret' });
    }
  });
  after(() => server.close());
  afterEach(() => {
    if (proxy) proxy.fate = () => 'pass';
  });

  let used = 0;
  const ask = (who: Who, more: Answer = {}) => suite().invoke('get-token', { ...who, ...more });
  return {
    product: suite,
    async connected(expiresIn) {
      const provider = PROVIDERS[used++]!;
      const owner = `owner-of-${provider}`;
      server.answers.token = { status: 200, body: plainTokens('first', expiresIn) };
      assert.match(await roundTrip(suite(), { owner, provider }), /status=connected/);
      server.requests.length = 0;
      server.answers.token = { status: 200, body: plainTokens('second') };
      return { owner, provider };
    },
    ask,
    rejected: (who) => ask(who, { rejectedToken: 'access-first' }),
    refreshes: () => server.requests.filter(({ path }) => path === '/token').length,
    async statusOf({ owner }) {
      const { connections } = await suite().invoke<{ connections: { status: string }[] }>(
        'list-connections',
        { owner },
      );
      return connections.map(({ status }) => status);
    },
  };
}

/** Where a browser is sent after a trip to a provider at the plain server. */
export async function roundTrip(
  product: Product,
  { owner, provider }: Who,
  session: object = {},
): Promise<string> {
  const browser = new CookieBrowser();
  const { url } = await product.invoke<{ url: string }>('create-connect-session', {
    owner,
    providers: [provider],
    ...session,
  });
  const off = new URL((await browser.go(url)).headers.get('location')!);
  const state = off.searchParams.get('state')!;
  const done = await browser.go(`${product.url}/${provider}/callback?state=${state}&code=c`);
  return done.headers.get('location')!;
}

export const plainTokens = (name: string, expiresIn = 3_600) => ({
  access_token: `access-${name}`,
  refresh_token: `refresh-${name}`,
  token_type: 'bearer',
  expires_in: expiresIn,
});

/** The save of a refresh: the one update that writes sealed tokens. */
export const isSave = ({ target, body }: AwsCall) =>
  target.endsWith('.UpdateItem') && body.includes('#tokens = :tokens');

/** `get-token` in a process of its own, whose clock may be off. */
export function startProcess(product: Product, clockOffset = 0): ChildProcess {
  const bundle = join(product.functionsDirectory, 'get-token', 'index.js');
  return fork(join(import.meta.dirname, 'get-token-process.ts'), [bundle, String(clockOffset)], {
    env: { PATH: process.env['PATH'], ...product.environment },
  });
}
