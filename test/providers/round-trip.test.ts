import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { catalog } from '../../shared/providers/catalog.ts';
import { fixtures, nameOf } from './fixtures/index.ts';
import { roundTrip } from './round-trip.ts';

for (const fixture of fixtures) {
  describe(nameOf(fixture), () => {
    for (const { name, run } of roundTrip(fixture, catalog)) test(name, run);
  });
}

test('every entry of the catalog has a fixture', () => {
  const proved = new Set(fixtures.map(({ id }) => id));
  assert.deepEqual(
    Object.keys(catalog).filter((id) => !proved.has(id)),
    [],
  );
});
