import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finish } from '../../shared/capture/finish.ts';
import { hashOf } from '../../shared/capture/session-secrets.ts';
import { makeMemoryDeps, makeMemorySessions, NOW } from '../support/memory-deps.ts';

const SID = 'a'.repeat(16);
const state = `${SID}.${'b'.repeat(43)}`;
const now = NOW / 1_000;

test('a session that ended during the trip was taken for one of another browser, since its cookie is gone', async () => {
  for (const [left, cookie, reason] of [
    [0, undefined, 'expired_request'],
    [60, undefined, 'other_browser'],
    [0, 'd'.repeat(43), 'other_browser'],
  ] as const) {
    const sessions = makeMemorySessions();
    sessions.rows.set(SID, {
      ...{ sid: SID, tokenHash: 'hash', owner: 'customer-1', providers: ['acme'], scopes: [] },
      ...{ caller: 'web', createdAt: now - 1_800, expiresAt: now + left },
      browserHash: hashOf('c'.repeat(43)),
      requests: { [hashOf(state)]: { provider: 'acme', createdAt: now, expiresAt: now + 60 } },
    });
    const http = () => assert.fail('nothing is exchanged');
    const deps = makeMemoryDeps(http, sessions);
    const finished = await finish(deps, deps.configuration.providers['acme']!, {
      parameters: new URLSearchParams({ state, code: 'c' }),
      cookie: () => cookie,
    });
    assert.deepEqual(finished, { kind: 'refused', reason });
    assert.deepEqual(sessions.rows.get(SID)?.requests, {}, 'the request is burned');
  }
});
