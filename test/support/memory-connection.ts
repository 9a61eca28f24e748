import { randomBytes } from 'node:crypto';
import { type Connection, NEVER, type Tokens } from '../../shared/connections/connection.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import type { HttpRequest, HttpResponse, Ports } from '../../shared/ports.ts';
import { catalog } from '../../shared/providers/catalog.ts';
import { fillIn } from '../../shared/providers/instance.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import type { SpooledPair } from '../../shared/queues/spooled-pair.ts';
import { Secret } from '../../shared/secret.ts';
import type { TokenDeps } from '../../shared/tokens/deps.ts';
import { disconnect } from '../../shared/tokens/disconnect.ts';
import { getToken } from '../../shared/tokens/get-token.ts';
import { makeLeaseWatch } from '../../shared/tokens/lease.ts';
import { openJson, sealJson } from '../../shared/vault/sealed-json.ts';
import type { Vault } from '../../shared/vault/vault.ts';
import { makeMemoryHealth, makeMemoryTable, nothingDisabled } from './memory-table.ts';

export const KEY = { owner: 'o', provider: 'acme', account: 'a' };
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

/** An answer with another status than 200, or with headers. */
export class Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(status: number, body: unknown = {}, headers: Record<string, string> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** One connection of a shop, `age` seconds old, whose access token lives for 1000; and what was sent. */
export async function memoryConnection(
  entry: Record<string, unknown>,
  stored: Partial<Tokens>,
  age: number,
  answer: (request: HttpRequest) => unknown,
  more: Partial<Connection> = {},
) {
  const sent: HttpRequest[] = [];
  const { instance = { shop: 'mine' } } = more;
  const provider = resolveProvider(
    'extends' in entry ? { id: 'acme', ...entry } : { ...minimal, ...entry },
    catalog,
    'providers.0',
  );
  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    sent.push(request);
    const answered = await answer(request);
    const { status, body, headers } =
      answered instanceof Reply ? answered : new Reply(200, answered);
    return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
  };
  let waited = 0;
  const now = () => (CONNECTED + age) * 1_000 + waited;
  const ports: Ports = {
    now,
    http,
    sleep: async (milliseconds) => {
      waited += milliseconds;
    },
    random: (bytes) => randomBytes(bytes),
    log: { info() {}, warn() {}, error() {} },
  };
  const spool: SpooledPair[] = [];
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
      limits: { sessionsPerOwner: Infinity, refreshesPerConnection: Infinity },
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
    spool: { put: async (pair: SpooledPair) => void spool.push(pair) },
  } as unknown as TokenDeps;
  const tokens = { accessToken: 'first', tokenType: 'bearer', ...stored };
  await connections.capture(KEY, {
    grantId: 'g',
    status: 'connected',
    scopes: [],
    tokens: await sealJson(vault, ports, 'tokens', KEY, tokens),
    expiresAt: CONNECTED + 1_000,
    instance,
    tokenOrigin: new URL(fillIn(provider, instance).tokenUrl!).origin,
    connectedAt: CONNECTED,
    updatedAt: CONNECTED,
    dueAt: NEVER,
    ...more,
  });
  const request = { owner: KEY.owner, provider: KEY.provider };
  return {
    sent,
    spool,
    deps,
    connections,
    /** Time passes, in milliseconds. */
    wait: (milliseconds: number) => {
      waited += milliseconds;
    },
    ask: (fields = {}) => getToken(deps, { ...request, ...fields }, now() + 60_000),
    end: () => disconnect(deps, { ...request, account: KEY.account }),
    row: () => connections.get(KEY),
    tokens: async () => {
      const row = await connections.get(KEY);
      return openJson<Tokens>(vault, 'tokens', KEY, row!.tokens!);
    },
  };
}
