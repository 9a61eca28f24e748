import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
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
import { makeMemoryHealth, makeMemoryTable, nothingDisabled } from '../support/memory-table.ts';
import { makeModelProvider } from '../support/model-provider.ts';

// Generated histories of connect, refresh, crash, disconnect and reconnect on one connection. What holds in
// the end: the newest pair that the provider issued is the one stored, or the connection says needs_reauth,
// and that only where a process was killed or the person took access away; no token is handed out that we
// have revoked; no pair outlives its disconnect.
const HISTORIES = Number(process.env['HISTORIES'] ?? 800);
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

class Killed extends Error {
  override readonly name = 'Killed';
}

/** One connection in a world of its own: clock, provider, table, and processes that can be killed. */
class World {
  now = 1_700_000_000_000;
  readonly table = makeMemoryTable();
  readonly health = makeMemoryHealth();
  readonly provider;
  readonly keys = {
    generate: async () => ({ dataKey: Buffer.alloc(32, 7), encryptedDataKey: Buffer.of(1) }),
    decrypt: async () => Buffer.alloc(32, 7),
  };
  /** Messages that are in the spool's queue. */
  spool: string[] = [];
  /** The table takes no saves. */
  throttled = false;
  revoked = new Set<string>();
  /** Since the last connect something happened after which a grant may be lost. */
  mayBeLost = false;
  /** Since the last connect a disconnect has come to its end. */
  ended = false;
  readonly #chance: () => number;

  constructor(graceMilliseconds: number, random: () => number) {
    this.provider = makeModelProvider({ graceMilliseconds, now: () => this.now });
    this.#chance = random;
  }

  /** A process: everything that it awaits may be the last thing that it does. */
  process(killAt: number): TokenDeps {
    let steps = 0;
    const step = async <T>(run: () => Promise<T>): Promise<T> => {
      if (steps++ === killAt) throw new Killed();
      // Another process may run in between: how far is drawn by chance.
      for (let i = Math.floor(this.#chance() * 4); i > 0; i--) await null;
      const result = await run();
      if (steps++ === killAt) throw new Killed();
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
      random: (bytes) => randomBytes(bytes),
      http: (request) =>
        step(async () => {
          const answer = await this.provider.http(request);
          for (let i = 0; i < 120; i++) await null;
          return answer;
        }),
      log: { info() {}, warn() {}, error() {} },
    };
    return {
      configuration: {
        providers: { model: provider },
        callers: {},
        returnUrls: [],
        allowLoopbackProviders: false,
      },
      ports,
      servers: makeServers(ports.http, ports.now),
      secrets: {
        get: async () => ({ clientId: 'id', clientSecret: new Secret('s'), fields: {} }),
        refresh: async () => ({ clientId: 'id', clientSecret: new Secret('s'), fields: {} }),
      } as unknown as TokenDeps['secrets'],
      connections: stepping({
        ...this.table,
        change: async (...parameters) => {
          if (this.throttled) throw new Error('throttled');
          return this.table.change(...parameters);
        },
      }),
      controls: nothingDisabled,
      health: stepping(this.health),
      vault: makeVault(this.keys, ports, 0),
      leases: makeLeaseWatch(),
      spool: stepping({ put: async (pair) => void this.spool.push(mergeMessage(pair)) }),
    };
  }

  async connect() {
    const deps = this.process(-1);
    this.mayBeLost = false;
    this.ended = false;
    const { accessToken, refreshToken } = this.provider.consent();
    const tokens: Tokens = { accessToken, tokenType: 'bearer', refreshToken };
    await this.table.capture(KEY, {
      grantId: randomBytes(8).toString('hex'),
      status: 'connected',
      scopes: [],
      tokens: await sealJson(deps.vault, deps.ports, 'tokens', KEY, tokens),
      expiresAt: Math.floor(this.now / 1_000) + 3_600,
      tokenOrigin: 'https://model.example.com',
      connectedAt: 0,
      updatedAt: 0,
      dueAt: NEVER,
    });
  }

  /** Asks for another token than the stored one: a refresh, one's own or another's. */
  async ask(killAt = -1): Promise<string> {
    const before = new Set(this.revoked);
    const stored = await this.stored();
    try {
      const answer = await getToken(
        this.process(killAt),
        { owner: 'o', provider: 'model', rejectedToken: stored?.accessToken },
        this.now + 29_000,
      );
      if (answer.status !== 'ok') return answer.status;
      assert.ok(!before.has(answer.accessToken), 'a token was handed out that we have revoked');
      return 'ok';
    } catch (error) {
      if (!(error instanceof Killed) && !this.throttled) throw error;
      this.mayBeLost = true;
      return 'killed';
    }
  }

  async disconnect(killAt = -1) {
    const stored = await this.stored();
    try {
      const answer = await disconnect(this.process(killAt), KEY);
      if (answer.status !== 'disconnected') return;
      if (stored !== undefined) this.revoked.add(stored.accessToken);
      this.ended = answer.revoked === 'yes';
    } catch (error) {
      if (!(error instanceof Killed) && !this.throttled) throw error;
      this.mayBeLost = true;
    }
  }

  /** The queue's function merges what was spooled; a message that it does not take comes again. */
  async merge(killAt = -1) {
    for (const message of [...this.spool]) {
      const pair = pairOfMessage(JSON.parse(message))!;
      try {
        await mergeSpooled(this.process(killAt), pair, this.now + 4_000);
        this.spool.splice(this.spool.indexOf(message), 1);
      } catch {
        // It comes again.
      }
    }
  }

  async stored(): Promise<Tokens | undefined> {
    const row = await this.table.get(KEY);
    if (row?.tokens === undefined || row.status !== 'connected') return undefined;
    return openJson<Tokens>(this.process(-1).vault, 'tokens', row, row.tokens);
  }

  /** What must hold once everybody is done, the provider is up and the leases have ended. */
  async assertSettled(graceMilliseconds: number) {
    this.provider.down = false;
    this.throttled = false;
    await this.merge();
    assert.deepEqual(this.spool, []);
    for (let i = 0; i < 6; i++) {
      // Past the end of the stored token: until then a lease that nobody holds any more may stand.
      this.now += 900_000;
      await this.ask();
    }
    const row = await this.table.get(KEY);
    if (row?.status === 'needs_reauth')
      assert.ok(this.mayBeLost, 'a grant was lost without a cause');
    if (row?.status === 'disconnected' && this.ended && !this.mayBeLost) {
      assert.ok(!this.provider.alive(this.provider.newest()!), 'a pair outlived its disconnect');
    }
    if (row?.status !== 'connected') return;
    const stored = (await this.stored())!;
    assert.equal(stored.refreshToken, this.provider.newest(), 'the newest pair is the one stored');
    assert.ok(
      this.provider.alive(stored.refreshToken!),
      `a dead pair is "connected" (${graceMilliseconds})`,
    );
  }
}

type Step =
  | { do: 'connect' }
  | { do: 'ask'; times: number; killAt: number }
  | { do: 'disconnect'; killAt: number }
  | { do: 'reconnect during a refresh' }
  | { do: 'disconnect during a refresh' }
  | { do: 'withdraw' }
  | { do: 'outage'; on: boolean }
  | { do: 'throttle'; on: boolean }
  | { do: 'merge'; killAt: number }
  | { do: 'wait'; milliseconds: number };

const killAt = fc.oneof({ weight: 2, arbitrary: fc.constant(-1) }, fc.nat(40));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('connect' as const) }),
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      times: fc.integer({ min: 1, max: 4 }),
      killAt,
    }),
  },
  fc.record({ do: fc.constant('disconnect' as const), killAt }),
  fc.record({ do: fc.constant('reconnect during a refresh' as const) }),
  fc.record({ do: fc.constant('disconnect during a refresh' as const) }),
  fc.record({ do: fc.constant('withdraw' as const) }),
  fc.record({ do: fc.constant('outage' as const), on: fc.boolean() }),
  fc.record({ do: fc.constant('throttle' as const), on: fc.boolean() }),
  fc.record({ do: fc.constant('merge' as const), killAt }),
  fc.record({
    do: fc.constant('wait' as const),
    milliseconds: fc.integer({ min: 1, max: 30_000 }),
  }),
);

async function run(world: World, history: Step[]) {
  for (const action of history) {
    switch (action.do) {
      case 'connect':
        await world.connect();
        break;
      case 'ask': {
        // The first of them may be killed at any of its awaits.
        const asks = Array.from({ length: action.times }, (_, i) =>
          world.ask(i === 0 ? action.killAt : -1),
        );
        await Promise.all(asks);
        break;
      }
      case 'disconnect':
        await world.disconnect(action.killAt);
        break;
      case 'reconnect during a refresh':
        await Promise.all([world.ask(), world.connect()]);
        break;
      case 'disconnect during a refresh':
        await Promise.all([world.ask(), world.disconnect()]);
        break;
      case 'withdraw':
        world.provider.withdraw();
        world.mayBeLost = true;
        break;
      case 'outage':
        world.provider.down = action.on;
        break;
      case 'throttle':
        world.throttled = action.on;
        // Nobody merges meanwhile: whoever takes the lease over spends the refresh token again.
        if (action.on) world.mayBeLost = true;
        break;
      case 'merge':
        await world.merge(action.killAt);
        break;
      case 'wait':
        world.now += action.milliseconds;
        break;
    }
  }
}

for (const graceMilliseconds of [0, 600_000]) {
  test(`row 16: ${HISTORIES} histories at a provider with ${graceMilliseconds} ms of grace`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
        async (history, chances) => {
          const world = new World(graceMilliseconds, () => chances.next().value);
          await world.connect();
          await run(world, history);
          await world.assertSettled(graceMilliseconds);
        },
      ),
      { numRuns: HISTORIES, endOnFailure: false },
    );
  });
}
