import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Connection, NEVER } from '../../shared/connections/connection.ts';
import {
  type Captured,
  type ConnectionTable,
  makeConnectionTable,
} from '../../shared/connections/connection-table.ts';
import { type ConnectSession, REQUESTS_AT_MOST } from '../../shared/connections/session.ts';
import { makeSessionTable, type SessionTable } from '../../shared/connections/session-table.ts';
import { VersionConflict } from '../../shared/errors.ts';
import { makeMemoryTable } from '../support/memory-table.ts';
import { tableForSuite } from '../support/table.ts';

describe('table', () => {
  const table = tableForSuite();
  let inDynamoDB: ConnectionTable;
  let sessions: SessionTable;

  before(() => {
    inDynamoDB = makeConnectionTable(table().client, table().name);
    sessions = makeSessionTable(table().client, table().name);
  });

  const captured = (changes: Partial<Captured> = {}): Captured => ({
    grantId: `grant-${Math.random()}`,
    status: 'connected',
    scopes: ['read:user'],
    tokens: { writeId: 't1', sealed: Uint8Array.of(1, 2, 3) },
    profile: { writeId: 'p1', sealed: Uint8Array.of(4) },
    expiresAt: 2_000,
    tokenOrigin: 'https://github.com',
    connectedAt: 1_000,
    updatedAt: 1_000,
    dueAt: NEVER,
    ...changes,
  });
  const taken = (holder: string) => ({ lease: { holder, seconds: 10 }, dueAt: 8 });
  let owners = 0;
  const newKey = () => ({ owner: `owner-${owners++}`, provider: 'github', account: '1' });

  for (const place of ['DynamoDB', 'memory']) {
    describe(`connections in ${place}`, () => {
      let connections: ConnectionTable;
      before(() => {
        connections = place === 'memory' ? makeMemoryTable() : inDynamoDB;
      });

      test('a capture is read back whole, and is version 1', async () => {
        const key = newKey();
        const values = captured();
        assert.equal(await connections.capture(key, values), 1);
        const read = await connections.get(key, true);
        assert.deepEqual(read, {
          ...key,
          ...values,
          recordVersion: 1,
          version: 1,
          duePartition: read!.duePartition,
        });
        assert.match(read!.duePartition, /^github#\d+$/);
        assert.ok(read!.tokens!.sealed instanceof Uint8Array);
      });

      test('a reconnect is a new generation of the same row: grant, version, and nothing left over', async () => {
        const key = newKey();
        await connections.capture(key, captured({ consentEndsAt: 9_000 }));
        const first = (await connections.get(key))!;
        await connections.change(first, { lease: { holder: 'h', seconds: 10 } });
        const { expiresAt: _, ...withoutExpiry } = captured({ grantId: 'second' });
        assert.equal(await connections.capture(key, withoutExpiry), 3);
        const second = (await connections.get(key, true))!;
        assert.equal(second.grantId, 'second');
        for (const gone of ['expiresAt', 'consentEndsAt', 'lease', 'ttl'] as const) {
          assert.equal(gone in second, false, gone);
        }
        assert.equal((await connections.list(key.owner)).connections.length, 1);
      });

      test('a save over another version or another grant is refused', async () => {
        const key = newKey();
        await connections.capture(key, captured());
        const read = (await connections.get(key, true))!;
        const saved = await connections.change(read, { updatedAt: 1_001, expiresAt: undefined });
        assert.equal(saved.version, 2);
        assert.equal('expiresAt' in saved, false);
        await assert.rejects(connections.change(read, { updatedAt: 1_002 }), VersionConflict);
        await assert.rejects(
          connections.change({ ...saved, grantId: 'other' }, { updatedAt: 1_002 }),
          VersionConflict,
        );
        await assert.rejects(connections.capture(key, captured(), 1), VersionConflict);
        assert.equal(await connections.capture(key, captured(), 2), 3);
        await assert.rejects(connections.capture(key, captured(), 0), VersionConflict);
        assert.equal(await connections.capture(newKey(), captured(), 0), 1);
      });

      test('of 20 saves over one version exactly one wins', async () => {
        const key = newKey();
        await connections.capture(key, captured());
        const read = (await connections.get(key, true))!;
        const saves = await Promise.allSettled(
          Array.from({ length: 20 }, (_, i) => connections.change(read, { updatedAt: i })),
        );
        assert.equal(saves.filter(({ status }) => status === 'fulfilled').length, 1);
      });

      test('a change makes no row that was not there', async () => {
        const ghost = { ...newKey(), ...captured(), version: 1 } as unknown as Connection;
        await assert.rejects(connections.change(ghost, { updatedAt: 1 }), VersionConflict);
        assert.equal(await connections.get(ghost, true), undefined);
      });

      test('lists an owner, a provider of an owner, never tokens, never tombstones, never strangers', async () => {
        const { owner } = newKey();
        const key = (provider: string, account: string) => ({ owner, provider, account });
        for (const k of [
          key('github', '1'),
          key('github', '2'),
          key('git', '3'),
          key('slack', '4'),
        ]) {
          await connections.capture(k, captured());
        }
        await connections.capture(
          { owner: `${owner}0`, provider: 'github', account: '9' },
          captured(),
        );
        await connections.change((await connections.get(key('slack', '4'), true))!, {
          status: 'disconnected',
        });
        const all = (await connections.list(owner)).connections;
        assert.deepEqual(all.map((c) => `${c.provider}/${c.account}`).sort(), [
          'git/3',
          'github/1',
          'github/2',
        ]);
        assert.ok(all.every((connection) => !('tokens' in connection)));
        const github = await connections.list(owner, 'github');
        assert.deepEqual(
          github.connections.map((c) => c.account),
          ['1', '2'],
        );
        const found = await connections.find(owner, 'git');
        assert.deepEqual(
          found.map((c) => c.account),
          ['3'],
        );
        assert.ok(found[0]!.tokens !== undefined);
      });

      test('pages go on where they ended', async () => {
        const { owner } = newKey();
        for (let i = 0; i < 53; i++) {
          await connections.capture(
            { owner, provider: 'github', account: `${1000 + i}` },
            captured(),
          );
        }
        const first = await connections.list(owner);
        const second = await connections.list(owner, undefined, first.next);
        assert.deepEqual([first.connections.length, second.connections.length], [50, 3]);
        assert.equal(second.next, undefined);
      });

      test('what is due is written without a new version, over the row as it was read and free', async () => {
        const key = newKey();
        await connections.capture(key, captured({ consentEndsAt: 9_000 }));
        const read = (await connections.get(key, true))!;
        assert.equal(await connections.schedule(read, { dueAt: 5, consentNotice: 30 }), true);
        const scheduled = (await connections.get(key, true))!;
        assert.deepEqual(scheduled, { ...read, dueAt: 5, consentNotice: 30 });
        await connections.takeLease(read, taken('h'));
        assert.equal(await connections.schedule(read, { dueAt: 6 }), false);
        await connections.change(read, { updatedAt: 1 }, 'h');
        assert.equal(await connections.schedule(read, { dueAt: 7 }), false);
        assert.equal((await connections.get(key, true))!.dueAt, 8);
        await connections.capture(key, captured());
        assert.equal((await connections.get(key, true))!.consentNotice, undefined);
      });

      test('a lease is taken by one, over the row as it was read, and ends with the save under it', async () => {
        const key = newKey();
        await connections.capture(key, captured());
        const read = (await connections.get(key, true))!;
        const takes = await Promise.all(
          Array.from({ length: 20 }, (_, i) => connections.takeLease(read, taken(`h${i}`))),
        );
        assert.equal(takes.filter(Boolean).length, 1);
        const holder = `h${takes.indexOf(true)}`;
        const held = (await connections.get(key, true))!;
        assert.deepEqual([held.lease, held.version, held.dueAt], [{ holder, seconds: 10 }, 1, 8]);
        await assert.rejects(connections.change(read, { updatedAt: 1 }, 'other'), VersionConflict);
        assert.equal(await connections.takeLease(read, taken('x'), 'other'), false);
        assert.equal(await connections.takeLease(read, taken('x')), false);
        // Sent again, because the answer was lost.
        assert.equal(await connections.takeLease(read, taken(holder)), true);
        assert.equal(await connections.takeLease(read, taken('x'), holder), true);
        await assert.rejects(connections.change(read, { updatedAt: 1 }, holder), VersionConflict);
        await connections.releaseLease(key, holder, { dueAt: 9 });
        assert.equal((await connections.get(key, true))!.lease?.holder, 'x');
        const saved = await connections.change(read, { updatedAt: 1 }, 'x');
        assert.deepEqual([saved.version, saved.lease], [2, undefined]);
        assert.equal(await connections.takeLease(read, taken('y')), false);
        await connections.takeLease(saved, taken('y'));
        await connections.releaseLease(key, 'y', { dueAt: 9 });
        const free = (await connections.get(key, true))!;
        assert.deepEqual([free.lease, free.dueAt], [undefined, 9]);
      });
    });
  }

  describe('sessions', () => {
    let counter = 0;
    async function newSession(changes: Partial<ConnectSession> = {}) {
      const sid = `sid-${counter++}`;
      const session: ConnectSession = {
        sid,
        tokenHash: 'token',
        owner: 'o',
        providers: ['github', 'slack'],
        scopes: [],
        caller: 'default',
        createdAt: 0,
        expiresAt: 1_000,
        requests: {},
        ...changes,
      };
      await sessions.create(session);
      return sid;
    }
    const claim = (sid: string, browserHash: string, takeOver = false, tokenHash = 'token') =>
      sessions.claim({ sid, tokenHash, browserHash, takeOver }, 10);
    const request = (createdAt = 10) => ({ provider: 'github', createdAt, expiresAt: 610 });
    const key = (sid: string, stateHash = 's', browserHash = 'b') => ({
      sid,
      stateHash,
      browserHash,
    });

    test('the first browser owns it; a second may take over until the first trip', async () => {
      const sid = await newSession();
      assert.equal((await claim(sid, 'b'))?.browserHash, 'b');
      assert.equal(await claim(sid, 'c'), undefined);
      assert.equal((await claim(sid, 'c', true))?.browserHash, 'c');
      assert.ok(await sessions.addRequest(key(sid, 's', 'c'), request(), 10));
      assert.equal(await claim(sid, 'd', true), undefined);
    });

    test('a wrong token, an ended and an unknown session are claimed by nobody', async () => {
      const sid = await newSession();
      assert.equal(await claim(sid, 'b', false, 'wrong'), undefined);
      assert.equal(
        await sessions.claim({ sid, tokenHash: 'token', browserHash: 'b', takeOver: true }, 1_000),
        undefined,
      );
      assert.equal(await claim('unknown', 'b', true), undefined);
      assert.equal((await sessions.get(sid))?.browserHash, undefined);
    });

    test('of 20 browsers at once exactly one gets it', async () => {
      const sid = await newSession();
      const claims = await Promise.all(Array.from({ length: 20 }, (_, i) => claim(sid, `b${i}`)));
      assert.equal(claims.filter(Boolean).length, 1);
    });

    test('a request is written for this browser, in time, for a provider of the session', async () => {
      const sid = await newSession();
      await claim(sid, 'b');
      assert.equal(await sessions.addRequest(key(sid, 's', 'x'), request(), 10), undefined);
      assert.equal(await sessions.addRequest(key(sid), request(), 1_000), undefined);
      const foreign = { ...request(), provider: 'google' };
      assert.equal(await sessions.addRequest(key(sid), foreign, 10), undefined);
      const session = await sessions.addRequest(key(sid), request(), 10);
      assert.deepEqual(session?.requests, { s: request() });
      assert.equal(session?.startedAt, 10);
    });

    test('a full session drops its oldest request', async () => {
      const sid = await newSession();
      await claim(sid, 'b');
      for (let i = 0; i < REQUESTS_AT_MOST; i++) {
        assert.ok(await sessions.addRequest(key(sid, `s${i}`), request(100 - i), 10));
      }
      const session = await sessions.addRequest(key(sid, 'new'), request(200), 10);
      const open = Object.keys(session!.requests);
      assert.equal(open.length, REQUESTS_AT_MOST);
      assert.ok(open.includes('new'));
      assert.equal(open.includes(`s${REQUESTS_AT_MOST - 1}`), false);
    });

    test('a request is consumed once, by its browser, for its provider, in time', async () => {
      const sid = await newSession();
      await claim(sid, 'b');
      await sessions.addRequest(key(sid), request(), 10);
      assert.equal(await sessions.consumeRequest(key(sid, 's', 'x'), 'github', 10), undefined);
      assert.equal(await sessions.consumeRequest(key(sid), 'slack', 10), undefined);
      assert.equal(await sessions.consumeRequest(key(sid), 'github', 610), undefined);
      assert.equal(await sessions.consumeRequest(key(sid, 'other'), 'github', 10), undefined);
      const copies = await Promise.all(
        Array.from({ length: 50 }, () => sessions.consumeRequest(key(sid), 'github', 10)),
      );
      assert.equal(copies.filter(Boolean).length, 1);
    });

    test('a burned request is gone, and burning nothing makes nothing', async () => {
      const sid = await newSession();
      await claim(sid, 'b');
      await sessions.addRequest(key(sid), request(), 10);
      await sessions.burnRequest(sid, 's');
      assert.equal(await sessions.consumeRequest(key(sid), 'github', 10), undefined);
      await sessions.burnRequest('unknown', 's');
      assert.equal(await sessions.get('unknown'), undefined);
    });
  });
});
