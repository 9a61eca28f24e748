import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Captured } from '../../shared/connections/connection-table.ts';
import { listConnections } from '../../shared/tokens/list-connections.ts';
import type { Vault } from '../../shared/vault/vault.ts';
import { makeMemoryTable, nothingDisabled } from '../support/memory-table.ts';

const deps = { connections: makeMemoryTable(), controls: nothingDisabled, vault: {} as Vault };
const list = (sortKey: string, provider?: string) =>
  listConnections(
    deps,
    {
      owner: 'customer-1',
      provider,
      nextToken: Buffer.from(sortKey).toString('base64url'),
    },
    () => true,
  );

const captured = {
  grantId: 'g',
  status: 'connected',
  scopes: [],
  tokenOrigin: 'https://provider.example',
  connectedAt: 1,
  updatedAt: 1,
  dueAt: 1,
} satisfies Captured;

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

test('row 39: a nextToken names no connection of a provider that the caller may not use', async () => {
  const owner = 'customer-2';
  for (const [provider, count] of [
    ['figma', 49],
    ['github', 120],
    ['slack', 3],
  ] as const) {
    for (let account = 0; account < count; account++) {
      await deps.connections.capture({ owner, provider, account: `${account}` }, captured);
    }
  }
  const page = (nextToken?: string) =>
    listConnections(deps, { owner, nextToken }, (provider) => provider !== 'github');
  const first = await page();
  assert.equal(first.connections.length, 50);
  assert.equal(Buffer.from(first.nextToken!, 'base64url').toString(), 'CONN#slack#0');
  const second = await page(first.nextToken);
  assert.deepEqual(
    second.connections.map(({ provider, account }) => [provider, account]),
    [
      ['slack', '1'],
      ['slack', '2'],
    ],
  );
  assert.equal(second.nextToken, undefined);
});
