import assert from 'node:assert/strict';
import { workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { type Accident, World } from './model-world.ts';

// Generated histories on one connection, of processes that may be killed, or stand still, at each of their
// awaits. What holds in the end: the newest pair that the provider issued is the one stored, or the
// connection says needs_reauth, and that only where a grant may be lost; no token is handed out that we
// have revoked; no pair outlives its disconnect. A worker's script: in the test's own thread each promise
// would cost three times as much.
const { histories, graceMilliseconds } = workerData as Record<string, number>;

/** What is known of a history so far, since the last connect. */
interface Known {
  hasGrace: boolean;
  /** Something happened after which the grant may be lost. */
  mayBeLost: boolean;
  /** A process was killed, with a pair that nobody else knows. */
  mayLeak: boolean;
  /** A disconnect has come to its end. */
  ended: boolean;
}

type Act = (world: World, known: Known) => Promise<void>;

const command = (name: string, act: Act): fc.AsyncCommand<Known, World> => ({
  check: () => true,
  run: (known, world) => act(world, known),
  toString: () => name,
});

/** Where a spent refresh token is taken once more, no accident loses a grant. */
function hadAccident(known: Known, outcome: string) {
  if (outcome !== 'killed' && outcome !== 'stalled' && outcome !== 'threw') return;
  known.mayLeak = true;
  if (!known.hasGrace) known.mayBeLost = true;
}

async function ask(world: World, known: Known, accident: Accident = {}) {
  hadAccident(known, await world.ask(accident));
  // An answer that is lost, and a table that takes no save while nobody merges.
  if (world.provider.state === 'silent' || world.throttled) hadAccident(known, 'threw');
}

async function connect(world: World, known: Known) {
  Object.assign(known, { mayBeLost: false, mayLeak: false, ended: false });
  await world.connect();
}

async function disconnect(world: World, known: Known, accident: Accident) {
  const outcome = await world.disconnect(accident);
  hadAccident(known, outcome);
  known.ended ||= outcome === 'yes';
}

const place = fc.nat(60);
const accident: fc.Arbitrary<Accident> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  fc.record({ killAt: place }),
  fc.record({ stallAt: place }),
);
const show = (value: unknown) => JSON.stringify(value);

const commands = [
  fc.constant(command('connect', connect)),
  fc.tuple(fc.integer({ min: 1, max: 4 }), accident).map(([times, first]) =>
    command(`ask ${times} times ${show(first)}`, async (world, known) => {
      // The first of them may have an accident.
      const asked = Array.from({ length: times }, (_, i) => ask(world, known, i ? {} : first));
      await Promise.all(asked);
    }),
  ),
  accident.map((first) =>
    command(`disconnect ${show(first)}`, (world, known) => disconnect(world, known, first)),
  ),
  fc.constant(
    command('reconnect during a refresh', async (world, known) => {
      await Promise.all([ask(world, known), connect(world, known)]);
    }),
  ),
  fc.constant(
    command('disconnect during a refresh', async (world, known) => {
      await Promise.all([ask(world, known), disconnect(world, known, {})]);
    }),
  ),
  accident.map((first) =>
    command(`merge ${show(first)}`, async (world) => {
      await world.merge(first);
    }),
  ),
  fc.constant(
    command('merge during a refresh', async (world, known) => {
      await Promise.all([ask(world, known), world.merge()]);
    }),
  ),
  fc.constant(command('resume', (world) => world.resume())),
  fc.constant(
    command('withdraw', async (world, known) => {
      world.provider.withdraw();
      known.mayBeLost = true;
    }),
  ),
  fc.constantFrom('up' as const, 'down' as const, 'silent' as const).map((state) =>
    command(`provider ${state}`, async (world) => {
      world.provider.state = state;
    }),
  ),
  fc.boolean().map((throttled) =>
    command(`table ${throttled ? 'throttled' : 'free'}`, async (world) => {
      world.throttled = throttled;
    }),
  ),
  fc.integer({ min: 1, max: 30_000 }).map((milliseconds) =>
    command(`wait ${milliseconds}`, async (world) => {
      world.now += milliseconds;
    }),
  ),
];

/** Everybody is done, the provider is up, the spool is merged; some ask once more, for longer than windows last. */
async function settle(world: World) {
  world.provider.state = 'up';
  world.throttled = false;
  await world.resume();
  await world.merge();
  assert.deepEqual(world.spool, []);
  for (const wait of [15_000, 15_000, 330_000, 330_000]) {
    world.now += wait;
    await world.ask();
  }
}

async function assertSettled(world: World, known: Known) {
  const row = await world.row();
  const newest = world.provider.newest()!;
  if (row?.status === 'needs_reauth')
    assert.ok(known.mayBeLost, 'a grant was lost without a cause');
  if (row?.status === 'disconnected' && known.ended && !known.mayLeak) {
    assert.ok(!world.provider.alive(newest), 'a pair outlived its disconnect');
  }
  if (row?.status !== 'connected') return;
  const { refreshToken } = (await world.stored())!;
  assert.equal(refreshToken, newest, 'the newest pair is the one stored');
  assert.ok(world.provider.alive(newest), 'a dead pair is "connected"');
}

await fc.assert(
  fc.asyncProperty(
    fc.commands(commands, { maxCommands: 12 }),
    fc.integer(),
    async (history, seed) => {
      const world = new World(graceMilliseconds!, seed);
      const known = { hasGrace: graceMilliseconds! > 0 } as Known;
      await connect(world, known);
      await fc.asyncModelRun(() => ({ model: known, real: world }), history);
      await settle(world);
      await assertSettled(world, known);
    },
  ),
  { numRuns: histories!, endOnFailure: false },
);
