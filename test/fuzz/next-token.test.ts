import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ConnectionTable } from '../../shared/connections/connection-table.ts';
import { listConnections } from '../../shared/tokens/list-connections.ts';
import type { Vault } from '../../shared/vault/vault.ts';
import { attempt, fuzz } from '../support/fuzz.ts';
import { hostileText, mutated } from '../support/hostile.ts';
import { makeMemoryTable, nothingDisabled } from '../support/memory-table.ts';

const sortKey = fc.oneof(
  mutated(fc.constantFrom('CONN#github#1', 'CONN#gitlab#1', 'SESSION')),
  hostileText('CONN#', 'CONN#github#', '#'),
);
const nextToken = fc.oneof(
  sortKey.map((text) => Buffer.from(text).toString('base64url')),
  mutated(sortKey.map((text) => Buffer.from(text).toString('base64url'))),
  hostileText(),
);
const provider = fc.constantFrom(undefined, 'github', 'gitlab');

test('a nextToken is a place that DynamoDB can go on from, or InvalidRequest', () =>
  fuzz([nextToken, provider], ['page', 'refused'], async (token, only) => {
    const places: (string | undefined)[] = [];
    const connections: ConnectionTable = {
      ...makeMemoryTable(),
      async list(_owner, _provider, after) {
        places.push(after);
        return { connections: [] };
      },
    };
    const request = { owner: 'customer-1', provider: only, nextToken: token };
    const { value, error } = await attempt(() =>
      listConnections(
        { connections, controls: nothingDisabled, vault: {} as Vault },
        request,
        () => true,
      ),
    );
    if (error !== undefined) {
      assert.equal(error.message, 'nextToken: expected the nextToken of an earlier answer');
      return 'refused';
    }
    assert.deepEqual(value, { connections: [] });
    const place = places[0]!;
    // A start outside the query's own keys, or a longer sort key, is a ValidationException of DynamoDB.
    assert.ok(place.startsWith(`CONN#${only === undefined ? '' : `${only}#`}`), place);
    assert.ok(Buffer.byteLength(place) <= 1_024, `${Buffer.byteLength(place)} bytes`);
    return 'page';
  }));
