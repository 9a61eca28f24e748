import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Accident, World } from '../support/model-world.ts';

const GRACE_MILLISECONDS = 3_600_000;

/** Runs `act` in new worlds, with an accident at its first await, at its second, and so on to its end. */
async function atEachAwait(
  kind: keyof Accident,
  prepare: (world: World) => Promise<void>,
  act: (world: World, accident: Accident) => Promise<string>,
  /** What others do while a process stands still. */
  meanwhile: (world: World) => Promise<unknown> = (world) => world.ask(),
): Promise<number> {
  for (let place = 0; ; place++) {
    const world = new World(GRACE_MILLISECONDS, 1);
    await world.connect();
    await prepare(world);
    const outcome = await act(world, { [kind]: place });
    world.throttled = false;
    world.now += 15_000;
    const asked = await meanwhile(world);
    const theirs = (await world.stored())?.refreshToken;
    world.now += 5_000;
    await world.resume();
    await world.merge();
    // Whoever took the lease over has the later pair.
    const stands = asked === 'ok' ? theirs : world.provider.newest();
    assert.equal((await world.stored())?.refreshToken, stands, `await ${place}`);
    world.now += 330_000;
    assert.equal(await world.ask(), 'ok', `await ${place}`);
    assert.equal((await world.stored())?.refreshToken, world.provider.newest(), `await ${place}`);
    if (outcome !== 'killed' && outcome !== 'stalled') return place;
  }
}

describe('row 16: an accident at each await in turn loses no grant where there is a grace window', () => {
  const ask = (world: World, accident: Accident) => world.ask(accident);
  const throttled = async (world: World) => {
    world.throttled = true;
  };
  const spooled = async (world: World) => {
    world.throttled = true;
    await world.ask();
    world.throttled = false;
    assert.equal(world.spool.length, 1);
  };
  const merge = async (world: World, accident: Accident) => {
    const before = world.spool.length;
    await world.merge(accident);
    return world.spool.length === before ? 'killed' : 'merged';
  };
  for (const kind of ['killAt', 'stallAt'] as const) {
    test(`a refresh, ${kind}`, async () => {
      assert.ok((await atEachAwait(kind, async () => {}, ask)) >= 10);
    });

    test(`a refresh whose pair is spooled, ${kind}`, async () => {
      assert.ok((await atEachAwait(kind, throttled, ask)) > 20);
    });
  }

  test('a refresh, while an older pair of the same token is merged, stallAt', async () => {
    const places = await atEachAwait('stallAt', spooled, ask, (world) => world.merge());
    assert.ok(places >= 10);
  });

  test('a merge, killAt', async () => {
    assert.ok((await atEachAwait('killAt', spooled, merge)) > 2);
  });
});
