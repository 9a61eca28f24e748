import type { DueIndex, DueRow } from '../../shared/connections/due-index.ts';
import type { ProviderHealth } from '../../shared/connections/provider-health.ts';
import { aheadOfExpiry, dueAt, dueWork, tryAgainAt } from '../../shared/tokens/due.ts';
import { windowSeconds } from '../../shared/tokens/provider-window.ts';
import { type SweepDeps, sweep } from '../../shared/tokens/sweep.ts';
import { makeMemoryHealth } from '../support/memory-table.ts';
import { Heap } from './heap.ts';
import {
  consented,
  makeChance,
  makePopulations,
  type Population,
  renewed,
  type Simulated,
  WEIGHT,
} from './population.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = 1_800_000_000;
/** Used all day, a call each ten minutes. The others are captured and rest. */
const IN_USE = 0.02;
const USE_SECONDS = 10 * MINUTE;
const OUTAGE = { from: START + 3 * DAY, until: START + 4 * DAY };
const END = START + 10 * DAY;

/** What stands still for a day: all of ours, or the providers. */
export type Outage = 'ours' | 'providers';

/** What happened at one provider, as if there were ten million connections. */
export interface Scale {
  connections: number;
  /** On an ordinary day. */
  bySweep: number;
  byCaller: number;
  notices: number;
  scheduled: number;
  /** Refreshes that the sweep began in a minute, at most. */
  peak: number;
  /** What waited when the outage was over, and the hours until no more waited than on an ordinary day. */
  backlog: number;
  hours: number;
  /** Refresh tokens that ended before they were used. */
  lost: number;
}

/**
 * Lets a sample of connections live for ten days, with an outage on the fourth: the sweep and the rules
 * of what is due are the product's own, the table and the providers are counted.
 */
export async function simulate(outage: Outage, inUse = IN_USE): Promise<Record<string, Scale>> {
  const chance = makeChance(7);
  const worlds = makePopulations(START, chance, inUse).map((population) =>
    makeWorld(population, chance),
  );
  const byId = new Map(worlds.map((world) => [world.population.share.id, world]));
  const health = makeMemoryHealth();
  let now = START;
  const deps = makeSweepDeps(byId, health, () => now);
  for (; now < END; now += MINUTE) {
    const isOut = now >= OUTAGE.from && now < OUTAGE.until;
    const areWeOut = isOut && outage === 'ours';
    if (areWeOut) continue;
    const isProviderOut = isOut && outage === 'providers';
    await sweep(deps, Infinity);
    for (const world of worlds) await world.minute(now, isProviderOut, health);
  }
  return Object.fromEntries(
    worlds.map(({ population, result }) => [population.share.id, result()]),
  );
}

function makeSweepDeps(
  worlds: Map<string, World>,
  health: ProviderHealth,
  now: () => number,
): SweepDeps {
  const due: DueIndex = {
    find: async (provider, until, most) => worlds.get(provider)!.find(until, most),
    claim: async (found, until) => worlds.get(providerOf(found))!.claim(found, until),
  };
  const providers = Object.fromEntries(
    [...worlds].map(([id, { population }]) => [id, population.provider]),
  );
  return {
    configuration: { providers } as SweepDeps['configuration'],
    due,
    health,
    queue: {
      async send(batch) {
        for (const each of batch) worlds.get(providerOf(each.due))!.queued.push(indexOf(each.due));
        return batch.length;
      },
    },
    ports: { now: () => now() * 1_000, log: { info() {}, warn() {}, error() {} } },
  };
}

const rowOf = (provider: string, index: string, dueAt: number): DueRow => ({
  pk: `OWNER#${index}`,
  sk: `CONN#${provider}#`,
  dueAt,
});
const providerOf = ({ sk }: DueRow) => sk.split('#')[1]!;
const indexOf = ({ pk }: DueRow) => Number(pk.split('#')[1]);

type World = ReturnType<typeof makeWorld>;

/** The connections of a provider, and what is counted of them. */
function makeWorld(population: Population, chance: () => number) {
  const { provider, tokens, connections } = population;
  const index = new Heap<Simulated>();
  const uses = new Heap<{ connection: Simulated; token: number }>();
  const queued: number[] = [];
  const counts = { bySweep: 0, byCaller: 0, notices: 0, scheduled: 0, peak: 0, lost: 0 };
  const waiting: { at: number; count: number }[] = [];

  const put = (connection: Simulated) => index.add(connection.dueAt, connection);
  function nextUse(connection: Simulated, from: number) {
    const { expiresAt, updatedAt } = connection;
    if (!connection.inUse || expiresAt === undefined) return;
    uses.add(from + chance() * USE_SECONDS, { connection, token: updatedAt });
  }
  const middle = ({ updatedAt, expiresAt = updatedAt }: Simulated) => (updatedAt + expiresAt) / 2;
  for (const connection of connections) {
    put(connection);
    nextUse(connection, middle(connection));
  }

  function refresh(connection: Simulated, now: number) {
    if ((connection.refreshTokenExpiresAt ?? Infinity) < now) counts.lost += 1;
    renewed(population, connection, now);
    put(connection);
    nextUse(connection, middle(connection));
  }

  /** A caller asks: the token is young, is scheduled to be refreshed, or has to be refreshed at once. */
  function use(connection: Simulated, now: number, isOut: boolean) {
    const { expiresAt } = connection;
    if (expiresAt! - now >= MINUTE) {
      const ahead = aheadOfExpiry(connection, tokens, now);
      if (ahead !== undefined) {
        counts.scheduled += 1;
        connection.dueAt = ahead;
        put(connection);
      }
      nextUse(connection, expiresAt! - MINUTE);
    } else if (isOut) {
      nextUse(connection, now);
    } else {
      counts.byCaller += 1;
      refresh(connection, now);
    }
  }

  /** What refresh-connection does for a message. */
  async function work(connection: Simulated, now: number, isOut: boolean, health: ProviderHealth) {
    if ((connection.consentEndsAt ?? Infinity) <= now) consented(population, connection, now);
    const { notice, refreshes } = dueWork(provider, connection, tokens, now);
    if (notice !== undefined) {
      counts.notices += 1;
      connection.consentNotice = notice;
    }
    if (!refreshes) {
      connection.dueAt = dueAt(provider, connection, tokens, now);
      return put(connection);
    }
    const trouble = await health.get(provider.id);
    if (isOut) {
      const failures = (trouble?.failures ?? 0) + 1;
      await health.failed(provider.id, failures, now + windowSeconds(failures));
      connection.failures = (connection.failures ?? 0) + 1;
      connection.dueAt = tryAgainAt(now, connection.failures);
      return put(connection);
    }
    if (trouble !== undefined) await health.recovered(provider.id);
    counts.bySweep += 1;
    refresh(connection, now);
  }

  let before = { ...counts };
  let ordinary = { ...counts };
  return {
    population,
    queued,
    find(until: number, most: number) {
      const found: DueRow[] = [];
      while (found.length < most) {
        const next = index.take(until);
        if (next === undefined) break;
        // An entry of an earlier time: the index of a table has it no more.
        if (next.member.dueAt !== next.at) continue;
        found.push(rowOf(provider.id, next.member.owner, next.at));
      }
      return found;
    },
    claim(found: DueRow, until: number) {
      const connection = connections[indexOf(found)]!;
      if (connection.dueAt !== found.dueAt) return false;
      connection.dueAt = until;
      put(connection);
      return true;
    },
    async minute(now: number, isOut: boolean, health: ProviderHealth) {
      const began = counts.bySweep;
      for (const index of queued.splice(0)) {
        await work(connections[index]!, now, isOut, health);
      }
      counts.peak = Math.max(counts.peak, counts.bySweep - began);
      for (let next = uses.take(now); next !== undefined; next = uses.take(now)) {
        const { connection, token } = next.member;
        if (connection.updatedAt === token) use(connection, now, isOut);
      }
      if (now === OUTAGE.from - DAY) before = { ...counts };
      if (now === OUTAGE.from - MINUTE) ordinary = perDay(counts, before);
      if ((now - START) % HOUR === 0) {
        waiting.push({ at: now, count: connections.filter((each) => each.dueAt <= now).length });
      }
    },
    result(): Scale {
      const most = Math.max(...waiting.filter(({ at }) => at < OUTAGE.from).map(waitingCount));
      const after = waiting.filter(({ at }) => at >= OUTAGE.until);
      const done = after.find(({ count }) => count <= most);
      return {
        connections: population.share.connections,
        ...ordinary,
        peak: counts.peak * WEIGHT,
        lost: counts.lost * WEIGHT,
        backlog: after[0]!.count * WEIGHT,
        hours: done === undefined ? Infinity : (done.at - OUTAGE.until) / HOUR,
      };
    },
  };
}

const waitingCount = ({ count }: { count: number }) => count;

function perDay<T extends Record<string, number>>(counts: T, before: T): T {
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, (count - before[name]!) * WEIGHT]),
  ) as T;
}
