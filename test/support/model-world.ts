import assert from 'node:assert/strict';
import { NEVER, type Tokens } from '../../shared/connections/connection.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import type { Ports } from '../../shared/ports.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import { mergeMessage, pairOfMessage } from '../../shared/queues/spooled-pair.ts';
import { Secret } from '../../shared/secret.ts';
import type { TokenDeps } from '../../shared/tokens/deps.ts';
import { disconnect } from '../../shared/tokens/disconnect.ts';
import { getToken } from '../../shared/tokens/get-token.ts';
import { makeLeaseWatch } from '../../shared/tokens/lease.ts';
import { mergeSpooled } from '../../shared/tokens/merge.ts';
import { openJson, sealJson } from '../../shared/vault/sealed-json.ts';
import { makeVault } from '../../shared/vault/vault.ts';
import { makeMemoryHealth, makeMemoryTable, nothingDisabled } from './memory-table.ts';
import { makeModelProvider } from './model-provider.ts';

const KEY = { owner: 'o', provider: 'model', account: '1' };
const provider = resolveProvider(
  {
    id: 'model',
    authorizationUrl: 'https://model.example.com/authorize',
    tokenUrl: 'https://model.example.com/token',
    revocationUrl: 'https://model.example.com/revoke',
    userInfoUrl: 'https://model.example.com/me',
    account: 'id',
  },
  {},
  'model',
);
const DATA_KEY = Buffer.alloc(32, 7);
const client = { clientId: 'id', clientSecret: new Secret('s'), fields: {} };

/** What happens to a process at one of its awaits, by their number. */
export interface Accident {
  killAt?: number;
  stallAt?: number;
}

/** One connection in a world of its own: clock, provider, table, spool, and processes that have accidents. */
export class World {
  now = 1_700_000_000_000;
  readonly table = makeMemoryTable();
  readonly health = makeMemoryHealth();
  readonly provider;
  /** Messages in the spool's queue. */
  readonly spool: string[] = [];
  /** The table takes no saves. */
  throttled = false;
  readonly #chance: () => number;
  readonly #stalled: (() => void)[] = [];
  readonly #atWork = new Set<Promise<unknown>>();

  constructor(graceMilliseconds: number, seed: number) {
    this.provider = makeModelProvider({ graceMilliseconds, now: () => this.now });
    this.#chance = pseudoRandom(seed);
  }

  /** Asks for another token than the stored one; what came of it. */
  async ask(accident: Accident = {}): Promise<string> {
    const revoked = new Set(this.provider.revoked);
    const rejectedToken = (await this.stored())?.accessToken;
    const request = { owner: 'o', provider: 'model', rejectedToken };
    return this.#run(accident, async (deps) => {
      const answer = await getToken(deps, request, this.now + 29_000);
      if (answer.status === 'ok') {
        assert.ok(!revoked.has(answer.accessToken), 'a token was handed out that we have revoked');
      }
      return answer.status;
    });
  }

  async disconnect(accident: Accident = {}): Promise<string> {
    return this.#run(accident, async (deps) => {
      const answer = await disconnect(deps, KEY);
      return 'revoked' in answer ? answer.revoked : answer.status;
    });
  }

  /** A person connects: a new generation, whatever was there. */
  async connect() {
    const { deps } = this.#process({});
    const { accessToken, refreshToken } = this.provider.consent();
    const tokens: Tokens = { accessToken, tokenType: 'bearer', refreshToken };
    await this.table.capture(KEY, {
      grantId: refreshToken,
      status: 'connected',
      scopes: [],
      tokens: await sealJson(deps.vault, deps.ports, 'tokens', KEY, tokens),
      expiresAt: Math.floor(this.now / 1_000) + 3_600,
      tokenOrigin: 'https://model.example.com',
      connectedAt: 0,
      updatedAt: Math.floor(this.now / 1_000),
      dueAt: NEVER,
    });
  }

  /** The queue's function merges what was spooled; a message that it does not take stays. */
  async merge(accident: Accident = {}) {
    for (const message of [...this.spool]) {
      const pair = pairOfMessage(JSON.parse(message))!;
      const merged = await this.#run(accident, (deps) =>
        mergeSpooled(deps, pair, this.now + 4_000).catch(() => 'threw'),
      );
      if (['killed', 'stalled', 'threw'].includes(merged)) continue;
      this.spool.splice(this.spool.indexOf(message), 1);
    }
  }

  /** Processes that stood still go on, and all come to their end. */
  async resume() {
    for (const go of this.#stalled.splice(0)) go();
    await Promise.all(this.#atWork);
  }

  row = () => this.table.get(KEY);

  async stored(): Promise<Tokens | undefined> {
    const row = await this.row();
    if (row?.tokens === undefined || row.status !== 'connected') return undefined;
    return openJson<Tokens>(this.#process({}).deps.vault, 'tokens', row, row.tokens);
  }

  async #run(accident: Accident, work: (deps: TokenDeps) => Promise<string>): Promise<string> {
    const { deps, ends, stalls } = this.#process(accident);
    const worked = work(deps).catch((error) => {
      if (error instanceof assert.AssertionError || !this.throttled) throw error;
      return 'threw';
    });
    const running = Promise.race([worked, ends]);
    this.#atWork.add(running);
    void running.finally(() => this.#atWork.delete(running)).catch(() => {});
    return Promise.race([running, stalls]);
  }

  /** A process: everything that it awaits may be the last thing that it does, or the last for long. */
  #process({ killAt, stallAt }: Accident) {
    let steps = 0;
    const [ends, end] = signal<string>();
    const [stalls, stall] = signal<string>();
    let killed = false;
    const pass = async () => {
      const number = steps++;
      killed ||= number === killAt;
      if (killed) {
        end('killed');
        await new Promise(() => {});
      }
      if (number === stallAt) {
        stall('stalled');
        await new Promise<void>((go) => this.#stalled.push(go));
      }
    };
    const step = async <T>(run: () => Promise<T>): Promise<T> => {
      await pass();
      // Another process may run in between: how far is drawn by chance.
      for (let i = Math.floor(this.#chance() * 4); i > 0; i--) await null;
      const result = await run();
      await pass();
      return result;
    };
    const stepping = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (from, name) => {
          const member = from[name as keyof T];
          if (typeof member !== 'function') return member;
          return (...parameters: unknown[]) => step(async () => member.apply(from, parameters));
        },
      });
    const ports: Ports = {
      now: () => this.now,
      sleep: (milliseconds) =>
        step(async () => {
          // Time passes slowly beside the work of others, or every pause would outlast a lease.
          for (let i = 0; i < 40; i++) await null;
          this.now += milliseconds;
        }),
      random: (bytes) => Buffer.from(Array.from({ length: bytes }, () => this.#chance() * 256)),
      http: (request) =>
        step(async () => {
          const answer = await this.provider.http(request);
          for (let i = 0; i < 120; i++) await null;
          return answer;
        }),
      log: { info() {}, warn() {}, error() {} },
    };
    const keys = {
      generate: async () => ({ dataKey: DATA_KEY, encryptedDataKey: Buffer.of(1) }),
      decrypt: async () => DATA_KEY,
    };
    const { table } = this;
    const deps: TokenDeps = {
      configuration: {
        providers: { model: provider },
        callers: {},
        returnUrls: [],
        limits: { sessionsPerOwner: Infinity, refreshesPerConnection: Infinity },
        allowLoopbackProviders: false,
      },
      ports,
      servers: makeServers(ports.http, ports.now),
      secrets: { get: async () => client, refresh: async () => client } as never,
      connections: stepping({
        ...table,
        change: async (...parameters: Parameters<typeof table.change>) => {
          if (this.throttled) throw new Error('throttled');
          return table.change(...parameters);
        },
      }),
      controls: nothingDisabled,
      health: stepping(this.health),
      vault: makeVault(keys, ports, 0),
      leases: makeLeaseWatch(),
      spool: stepping({ put: async (pair) => void this.spool.push(mergeMessage(pair)) }),
    };
    return { deps, ends, stalls };
  }
}

function signal<T>(): [Promise<T>, (value: T) => void] {
  const { promise, resolve } = Promise.withResolvers<T>();
  return [promise, resolve];
}

/** Mulberry32: a history is the same for the same seed. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
