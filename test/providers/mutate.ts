import { isDeepStrictEqual } from 'node:util';
import { catalog } from '../../shared/providers/catalog.ts';
import type { Provider, ProviderEntry } from '../../shared/providers/provider.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import { fixtures } from './fixtures/index.ts';
import { type Mutation, mutationsOf } from './mutations.ts';
import { roundTrip, type Step } from './round-trip.ts';

/**
 * `npm run catalog:mutate`: changes each field of each entry in turn, in memory, and puts the entry
 * through its round trip. Prints the share of changes that a test notices, and those that none does.
 * Arguments: ids, all when left out.
 */
const GOAL = 0.95;
// The trip waits for loopback connections most of the time.
const AT_ONCE = 6;
const STEP_MILLISECONDS = 10_000;

interface Work extends Mutation {
  id: string;
}

const ids = process.argv.slice(2);
const chosen = Object.values(catalog).filter(({ id }) => ids.length === 0 || ids.includes(id));
const work = chosen.flatMap((entry) =>
  mutationsOf(entry)
    .filter(({ entry: mutant }) => !isEquivalent(entry, mutant))
    .map((mutation): Work => ({ id: entry.id, ...mutation })),
);

const survivors = new Map<string, string[]>();
const counts = new Map<string, { all: number; noticed: number }>();
const began = Date.now();
const queue = work[Symbol.iterator]();
await Promise.all(Array.from({ length: AT_ONCE }, workThrough));
report();

async function workThrough(): Promise<void> {
  for (const mutation of queue) {
    const count = counts.get(mutation.id) ?? { all: 0, noticed: 0 };
    counts.set(mutation.id, count);
    count.all++;
    if (await isNoticed(mutation)) count.noticed++;
    else survivors.set(mutation.id, [...(survivors.get(mutation.id) ?? []), mutation.name]);
  }
}

/** What a default says anyway is no change. */
function isEquivalent(entry: ProviderEntry, mutant: ProviderEntry): boolean {
  const original = resolved(entry);
  const changed = resolved(mutant);
  return changed !== undefined && isDeepStrictEqual(changed, original);
}

function resolved(entry: ProviderEntry): Provider | undefined {
  try {
    const provider = resolveProvider(entry, catalog, entry.id);
    // The protocol's own default, where no metadata can name another.
    if (provider.tokenUrl !== undefined) provider.clientAuthentication ??= 'client_secret_basic';
    return provider;
  } catch {
    return undefined;
  }
}

async function isNoticed({ id, entry }: Work): Promise<boolean> {
  if (resolved(entry) === undefined) return true;
  const changed = { ...catalog, [id]: entry };
  const trips = fixtures.filter((each) => each.id === id).map((each) => roundTrip(each, changed));
  // What the first steps of all its variants notice is noticed soonest.
  const longest = Math.max(...trips.map((steps) => steps.length));
  for (let index = 0; index < longest; index++) {
    for (const steps of trips) {
      const step = steps[index];
      if (step !== undefined && (await fails(step))) return true;
    }
  }
  return false;
}

async function fails({ run }: Step): Promise<boolean> {
  const endings: (() => unknown)[] = [];
  const t = { after: (end: unknown) => void endings.push(end as () => unknown) };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too slow')), STEP_MILLISECONDS);
  });
  try {
    await Promise.race([run(t as Parameters<typeof run>[0]), late]);
    return false;
  } catch {
    return true;
  } finally {
    clearTimeout(timer);
    for (const end of endings.reverse()) await end();
  }
}

function report(): void {
  const percent = (noticed: number, all: number) => `${((100 * noticed) / all).toFixed(1)} %`;
  for (const [id, { all, noticed }] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${id}: ${noticed} of ${all} changes noticed, ${percent(noticed, all)}`);
    for (const name of survivors.get(id) ?? []) console.log(`    ${name}`);
  }
  const missed = [...survivors.values()].flat().length;
  const share = (work.length - missed) / work.length;
  const seconds = Math.round((Date.now() - began) / 1_000);
  console.log(
    `\n${work.length - missed} of ${work.length} changes noticed, ${percent(work.length - missed, work.length)}, in ${seconds} s (goal ${100 * GOAL} %)`,
  );
  if (share < GOAL) process.exitCode = 1;
}
