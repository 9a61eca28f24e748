import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { completeConnect } from '../../shared/capture/complete.ts';
import { hashOf } from '../../shared/capture/session-secrets.ts';
import type { Captured } from '../../shared/connections/connection-table.ts';
import type { PendingConnection } from '../../shared/connections/pending.ts';
import { makeMemoryPending, makeMemoryTable, nothingDisabled } from '../support/memory-table.ts';

const NOW = 1_800_000_000;
const key = { owner: 'customer-1', provider: 'demo', account: 'ada' };
const code = 'c'.repeat(43);
const everything = { functions: '*', providers: '*', owners: '*', confirm: false } as const;

const sealed = (name: string) => ({ writeId: name, sealed: Buffer.from(name) });

const captured = (grantId: string, tokens: string): Captured => ({
  grantId,
  status: 'connected',
  scopes: [grantId],
  tokens: sealed(tokens),
  tokenOrigin: 'https://provider.example',
  connectedAt: NOW,
  updatedAt: NOW,
  expiresAt: NOW + 3_600,
  dueAt: NOW,
});

async function setUp(changes: Partial<PendingConnection> = {}) {
  const connections = makeMemoryTable();
  const pending = makeMemoryPending();
  await pending.create({
    ...key,
    codeHash: hashOf(code),
    captured: captured('new', 'new tokens'),
    createdAt: NOW,
    expiresAt: NOW + 600,
    ...changes,
  });
  const clock = { now: NOW };
  const deps = {
    connections,
    pending,
    controls: nothingDisabled,
    ports: { now: () => clock.now * 1_000 },
  };
  const complete = () => completeConnect(deps, everything, { owner: key.owner, connectCode: code });
  return { connections, clock, pending, complete };
}

describe('complete-connect', () => {
  test('a provider that gave no refresh token this time: the one in force is kept', async () => {
    const { connections, complete } = await setUp({ keepsTokens: true });
    await connections.capture(key, captured('old', 'old tokens'));
    assert.equal((await complete()).kind, 'completed');
    const row = await connections.get(key);
    assert.equal(row?.grantId, 'new');
    assert.deepEqual(row?.scopes, ['new']);
    assert.equal(row?.tokens?.writeId, 'old tokens');
    // What was granted now comes with the next refresh.
    assert.equal(row?.expiresAt, NOW);
  });

  test('the connection was ended meanwhile: what was captured stands on its own', async () => {
    const { connections, complete } = await setUp({ keepsTokens: true });
    await connections.capture(key, captured('old', 'old tokens'));
    const row = await connections.get(key);
    await connections.change(row!, { status: 'disconnected' });
    await complete();
    assert.equal((await connections.get(key))?.tokens?.writeId, 'new tokens');
  });

  test('ten minutes are the end of it', async () => {
    const { connections, clock, complete } = await setUp();
    clock.now = NOW + 600;
    assert.equal((await complete()).kind, 'unknown_code');
    assert.equal(await connections.get(key), undefined);
  });

  test('a confirmation that was cut off before it was done can be sent again', async () => {
    const { connections, pending, complete } = await setUp();
    const { remove } = pending;
    pending.remove = async () => {
      throw new Error('cut off');
    };
    await assert.rejects(complete());
    pending.remove = remove;
    assert.equal((await complete()).kind, 'completed');
    assert.equal((await complete()).kind, 'unknown_code');
    assert.equal((await connections.get(key))?.version, 1);
  });

  test('row 51: sent twice at once, the second does not undo what became of the connection since', async () => {
    for (const change of [
      { tokens: sealed('rotated tokens') },
      { status: 'disconnected', tokens: undefined },
    ] as const) {
      const { connections, complete } = await setUp();
      const { get } = connections;
      connections.get = async (...args) => {
        connections.get = get;
        const before = await get(...args);
        await complete();
        await connections.change((await get(key))!, change);
        return before;
      };
      const second = await complete();
      const row = await connections.get(key);
      assert.equal(row?.tokens?.writeId, change.tokens?.writeId);
      assert.equal(second.kind, row?.status === 'connected' ? 'completed' : 'unknown_code');
    }
  });

  test('row 51: a confirmation that was cut off, sent again after a newer connect, changes nothing', async () => {
    for (const [status, answer] of [
      ['connected', 'completed'],
      ['disconnected', 'unknown_code'],
    ] as const) {
      const { connections, complete } = await setUp();
      const newer = { ...captured('newer', 'newer tokens'), connectedAt: NOW + 1, status };
      await connections.capture(key, newer);
      assert.equal((await complete()).kind, answer);
      assert.equal((await connections.get(key))?.grantId, 'newer');
      assert.equal((await connections.get(key))?.status, status);
    }
  });
});
