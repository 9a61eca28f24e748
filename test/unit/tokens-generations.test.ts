import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connection } from '../../shared/connections/connection.ts';
import { VersionConflict } from '../../shared/errors.ts';
import { disconnect } from '../../shared/tokens/disconnect.ts';
import { mergePair, pairFor } from '../../shared/tokens/merge.ts';
import { sealJson } from '../../shared/vault/sealed-json.ts';
import { KEY, memoryConnection, Reply } from '../support/memory-connection.ts';

const rotated = {
  access_token: 'second',
  token_type: 'bearer',
  expires_in: 1_000,
  refresh_token: 'r2',
};

/** A connection whose token has ended, and a confirmed reconnect that keeps its tokens: a new grant. */
async function keptTokens(during: 'the request' | 'a wait') {
  const one = await memoryConnection({}, { refreshToken: 'r' }, 1_001, async () => {
    if (during === 'the request') await reconnect();
    return rotated;
  });
  const { connections } = one;
  let reconnects = 0;
  const reconnect = async () => {
    if (reconnects++ > 0) return;
    const { version, lease: _lease, ...row } = (await connections.get(KEY)) as Connection;
    await connections.capture(KEY, { ...row, grantId: 'g2' }, version);
  };
  return { ...one, reconnect };
}

test('row 51: a reconnect that keeps the tokens keeps what a refresh made of them meanwhile', async () => {
  const one = await keptTokens('the request');
  const answer = await one.ask();
  assert.ok(answer.status === 'ok' && answer.accessToken === 'second');
  assert.equal((await one.tokens()).refreshToken, 'r2');
  assert.equal((await one.row())?.grantId, 'g2');
});

test('row 51: who waits for a refresh is given no token that has ended, though the row was written', async () => {
  const one = await keptTokens('a wait');
  const { ports, connections } = one.deps;
  const lease = { holder: 'another', seconds: 10 };
  await connections.takeLease((await one.row())!, { lease, dueAt: 0 });
  const { sleep } = ports;
  ports.sleep = async (milliseconds) => {
    await one.reconnect();
    await sleep(milliseconds);
  };
  const answer = await one.ask();
  assert.ok(answer.status === 'ok' && answer.accessToken === 'second');
});

test('row 51: a late pair takes no tombstone of other tokens, which wait for their revocation', async () => {
  const one = await memoryConnection({}, { refreshToken: 'r' }, 0, () => new Reply(503));
  const { connections, deps } = one;
  const seal = (accessToken: string) =>
    sealJson(deps.vault, deps.ports, 'tokens', KEY, { accessToken, tokenType: 'bearer' });
  const first = (await one.row())!;
  const life = { updatedAt: 1, dueAt: 1 };
  const late = pairFor(first, { ...life, tokens: await seal('late') });
  await connections.capture(KEY, { ...first, grantId: 'g2', tokens: await seal('newer') });
  await one.end();
  await assert.rejects(mergePair(deps, late), { name: 'ProviderUnavailable' });
  assert.equal((await one.tokens()).accessToken, 'newer');

  const own = pairFor((await one.row())!, { ...life, tokens: await seal('own') });
  assert.equal(await mergePair(deps, own), 'unrevoked');
  assert.equal((await one.tokens()).accessToken, 'own');
});

test('row 51: a pair without another refresh token changes nothing of the reconnect that came before it', async () => {
  const one = await memoryConnection({}, { refreshToken: 'r' }, 0, () => ({}));
  const { connections, deps } = one;
  const seal = (tokens: object) =>
    sealJson(deps.vault, deps.ports, 'tokens', KEY, { tokenType: 'bearer', ...tokens });
  const { account: _account, ...first } = (await one.row())!;
  const pairOf = async (tokens: object) =>
    pairFor({ ...first, ...KEY }, { updatedAt: 1, dueAt: 1, tokens: await seal(tokens) });
  const keptFrom = [first.tokens!.writeId];
  const reconnect = { accessToken: 'of the reconnect', refreshToken: 'r' };
  await connections.capture(KEY, {
    ...first,
    grantId: 'g2',
    tokens: { ...(await seal(reconnect)), keptFrom },
  });
  const late = { accessToken: 'late', refreshToken: 'r' };
  assert.equal(await mergePair(deps, await pairOf(late)), 'superseded');
  assert.deepEqual(await one.tokens(), { tokenType: 'bearer', ...reconnect });

  const rotated = await pairOf({ ...late, refreshToken: 'r2' });
  assert.equal(await mergePair(deps, rotated), 'saved');
  const merged = { tokenType: 'bearer', ...reconnect, refreshToken: 'r2' };
  assert.deepEqual(await one.tokens(), merged);
  // A message that came twice.
  assert.equal(await mergePair(deps, rotated), 'superseded');
  assert.deepEqual(await one.tokens(), merged);
});

test('row 12: a tombstone whose acknowledgement is lost is revoked, and the answer says so', async () => {
  const one = await memoryConnection({}, { refreshToken: 'r' }, 0, () => ({}));
  const { connections, deps } = one;
  const { change } = connections;
  let lost = 0;
  connections.change = async (...changes) => {
    const written = await change(...changes);
    if (lost++ === 0) throw new VersionConflict('the SDK has sent it twice');
    return written;
  };
  const { owner, provider } = KEY;
  assert.deepEqual(await disconnect(deps, { owner, provider }), {
    status: 'disconnected',
    revoked: 'yes',
  });
});
