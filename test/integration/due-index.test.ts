import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { NEVER } from '../../shared/connections/connection.ts';
import {
  type ConnectionTable,
  makeConnectionTable,
} from '../../shared/connections/connection-table.ts';
import { type DueIndex, makeDueIndex } from '../../shared/connections/due-index.ts';
import { rowKey, subjectOf } from '../../shared/connections/keys.ts';
import { tableForSuite } from '../support/table.ts';

describe('the index of what is due', () => {
  const table = tableForSuite();
  let connections: ConnectionTable;
  let due: DueIndex;
  before(() => {
    const { client, name } = table();
    connections = makeConnectionTable(client, name);
    due = makeDueIndex(client, name);
  });

  async function capture(provider: string, owner: string, dueAt: number, account = '1') {
    const key = { owner, provider, account };
    await connections.capture(key, {
      grantId: 'g',
      status: 'connected',
      scopes: [],
      tokenOrigin: 'https://example.com',
      connectedAt: 0,
      updatedAt: 0,
      dueAt,
    });
    return key;
  }

  test('what has come up is found over all shards, the oldest first, and no more than asked for', async () => {
    for (let i = 0; i < 60; i++) await capture('many', `owner-${i}`, 1_000 - i);
    await capture('many', 'later', 5_000);
    await capture('many', 'never', NEVER);
    await capture('other', 'owner-0', 1);
    const found = await due.find('many', 2_000, 50);
    assert.deepEqual(
      found.map((row) => [subjectOf(row).owner, row.dueAt]),
      Array.from({ length: 50 }, (_, i) => [`owner-${59 - i}`, 941 + i]),
    );
    assert.equal((await due.find('many', 2_000, 100)).length, 60);
    assert.deepEqual(await due.find('many', 940, 100), []);
  });

  test('a connection is found by its whole key, whatever stands in it', async () => {
    const key = await capture('keys', 'OWNER#CONN#a', 1, 'T#1:CONN#x#');
    const [found] = await due.find('keys', 1, 10);
    assert.deepEqual(subjectOf(found!), key);
    assert.deepEqual(found, { ...rowKey(key), dueAt: 1 });
  });

  test('of 20 who claim it exactly one has it, and then it comes up at the time that was said', async () => {
    const key = await capture('claims', 'o', 100);
    const row = { ...rowKey(key), dueAt: 100 };
    const claims = await Promise.all(Array.from({ length: 20 }, () => due.claim(row, 900)));
    assert.equal(claims.filter(Boolean).length, 1);
    assert.deepEqual(await due.find('claims', 899, 10), []);
    assert.deepEqual(await due.find('claims', 900, 10), [{ ...row, dueAt: 900 }]);
    const read = (await connections.get(key, true))!;
    assert.deepEqual([read.version, read.dueAt], [1, 900]);
  });

  test('one that is gone, or due at another time by now, is not claimed', async () => {
    const key = await capture('moved', 'o', 100);
    const gone = { ...key, owner: 'gone' };
    assert.equal(await due.claim({ ...rowKey(key), dueAt: 99 }, 900), false);
    assert.equal(await due.claim({ ...rowKey(gone), dueAt: 100 }, 900), false);
    assert.equal(await connections.get(gone), undefined);
  });
});
