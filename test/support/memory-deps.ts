import { resolveConfiguration } from '../../infra/configuration.ts';
import type { CreateSessionDeps, FinishDeps } from '../../shared/capture/deps.ts';
import type { ConnectSession } from '../../shared/connections/session.ts';
import type { SessionTable } from '../../shared/connections/session-table.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import type { HttpClient, Ports } from '../../shared/ports.ts';
import { Secret } from '../../shared/secret.ts';
import type { StoredClient } from '../../shared/secrets/client-secrets.ts';
import type { TokenDeps } from '../../shared/tokens/deps.ts';
import type { FirstUseDeps } from '../../shared/tokens/first-use.ts';
import { makeLeaseWatch } from '../../shared/tokens/lease.ts';
import { makeVault } from '../../shared/vault/vault.ts';
import {
  makeMemoryHealth,
  makeMemoryPending,
  makeMemoryTable,
  nothingDisabled,
} from './memory-table.ts';

export const NOW = 1_800_000_000_000;

const acme = (id: string) => ({
  id,
  name: 'Acme',
  authorizationUrl: `https://${id}.example.com/authorize`,
  tokenUrl: `https://${id}.example.com/token`,
  userInfoUrl: `https://${id}.example.com/me`,
  account: 'id',
});

/** Everything that functions ask for, in memory, for tests that call them a hundred thousand times. */
export function makeMemoryDeps(
  http: HttpClient,
  sessions: SessionTable,
): FinishDeps & CreateSessionDeps & TokenDeps & FirstUseDeps & { logs: string[] } {
  const logs: string[] = [];
  const log = (message: string, fields?: object) =>
    void logs.push(JSON.stringify({ message, ...fields }));
  let drawn = 0;
  const ports: Ports = {
    now: () => NOW,
    sleep: async () => {},
    random: (bytes) => Buffer.alloc(bytes, ++drawn),
    http,
    log: { info: log, warn: log, error: log },
  };
  const client: StoredClient = { clientId: 'id', clientSecret: new Secret('s'), fields: {} };
  const dataKey = Buffer.alloc(32, 7);
  const keys = {
    generate: async () => ({ dataKey, encryptedDataKey: Buffer.of(1) }),
    decrypt: async () => dataKey,
  };
  return {
    logs,
    configuration: resolveConfiguration({
      providers: [acme('acme'), acme('other')],
      callers: { web: {}, billing: { providers: ['other'] } },
      returnUrls: ['https://app.example.com/settings'],
    }),
    baseUrl: 'https://connect.example.com',
    sessions,
    uses: { isFirst: async () => false },
    sessionLimit: { count: async () => true },
    controls: nothingDisabled,
    connections: makeMemoryTable(),
    pending: makeMemoryPending(),
    vault: makeVault(keys, ports, 0),
    servers: makeServers(http, ports.now),
    secrets: {
      get: async () => client,
      refresh: async () => client,
      previous: async () => undefined,
      nameOf: (provider) => `oauth2-token-capture/${provider}`,
    },
    health: makeMemoryHealth(),
    leases: makeLeaseWatch(),
    spool: { put: async () => {} },
    ports,
  };
}

/** A session table that holds what `create` and the test put into it; a request is taken out once. */
export function makeMemorySessions(): SessionTable & { rows: Map<string, ConnectSession> } {
  const rows = new Map<string, ConnectSession>();
  const without = (session: ConnectSession, stateHash: string) => {
    const { [stateHash]: _gone, ...requests } = session.requests;
    rows.set(session.sid, { ...session, requests });
  };
  return {
    rows,
    async create(session) {
      rows.set(session.sid, session);
    },
    async get(sid) {
      return rows.get(sid);
    },
    async consumeRequest({ sid, browserHash, stateHash }, provider, now) {
      const session = rows.get(sid);
      const request = session?.requests[stateHash];
      const fits =
        session?.browserHash === browserHash &&
        request?.provider === provider &&
        request.expiresAt > now;
      if (!fits) return undefined;
      without(session, stateHash);
      return session;
    },
    async burnRequest(sid, stateHash) {
      const session = rows.get(sid);
      if (session !== undefined) without(session, stateHash);
    },
    claim: async () => undefined,
    addRequest: async () => undefined,
  };
}
