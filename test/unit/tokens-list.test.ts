import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listConnections } from '../../shared/tokens/list-connections.ts';
import type { Vault } from '../../shared/vault/vault.ts';
import { makeMemoryTable, nothingDisabled } from '../support/memory-table.ts';

const deps = { connections: makeMemoryTable(), controls: nothingDisabled, vault: {} as Vault };
const list = (sortKey: string, provider?: string) =>
  listConnections(deps, {
    owner: 'customer-1',
    provider,
    nextToken: Buffer.from(sortKey).toString('base64url'),
  });

test("a nextToken of another provider's list, or too long for a key, was an error of DynamoDB", async () => {
  assert.deepEqual(await list('CONN#github#1'), { connections: [] });
  assert.deepEqual(await list('CONN#github#1', 'github'), { connections: [] });
  for (const refused of [
    list('CONN#github#1', 'gitlab'),
    list('CONN#git#1', 'github'),
    list(`CONN#github#${'1'.repeat(1_024)}`),
  ]) {
    await assert.rejects(refused, { name: 'InvalidRequest', field: 'nextToken' });
  }
});
