import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Configuration } from '../../shared/configuration.ts';
import type { Connection } from '../../shared/connections/connection.ts';
import { onceMore, waitToForce } from '../../shared/tokens/forced-refreshes.ts';

const HOUR_BEGAN = 1_799_996_400;

test('refreshes are counted by the hour of the clock', () => {
  let now = HOUR_BEGAN + 3_000;
  const deps = {
    configuration: { limits: { refreshesPerConnection: 2 } } as Configuration,
    ports: { now: () => now * 1_000 } as never,
  };
  let connection = {} as Connection;
  const refresh = () => {
    connection = { ...connection, ...onceMore(deps, connection) };
    return connection.forced;
  };
  assert.equal(waitToForce(deps, connection), undefined);
  refresh();
  assert.equal(waitToForce(deps, connection), undefined);
  assert.deepEqual(refresh(), { hour: HOUR_BEGAN, count: 2 });
  assert.equal(waitToForce(deps, connection), 600);
  now += 599;
  assert.equal(waitToForce(deps, connection), 1);
  now += 1;
  assert.equal(waitToForce(deps, connection), undefined);
  assert.deepEqual(refresh(), { hour: HOUR_BEGAN + 3_600, count: 1 });
});
