import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finish } from '../../shared/capture/finish.ts';
import { hashOf } from '../../shared/capture/session-secrets.ts';
import { makeMemoryDeps, makeMemorySessions, NOW } from '../support/memory-deps.ts';

const SID = 'a'.repeat(16);
const COOKIE = 'c'.repeat(43);
const state = `${SID}.${'b'.repeat(43)}`;
const now = NOW / 1_000;

/** A callback that must not be exchanged; why it was turned away. Seconds left of the session and the request. */
async function turnedAway(cookie: string | undefined, ofSession: number, ofRequest: number) {
  const sessions = makeMemorySessions();
  sessions.rows.set(SID, {
    ...{ sid: SID, tokenHash: 'hash', owner: 'customer-1', providers: ['acme'], scopes: [] },
    ...{ caller: 'web', createdAt: now - 1_800, expiresAt: now + ofSession },
    browserHash: hashOf(COOKIE),
    requests: {
      [hashOf(state)]: { provider: 'acme', createdAt: now - 540, expiresAt: now + ofRequest },
    },
  });
  const deps = makeMemoryDeps(() => assert.fail('nothing is exchanged'), sessions);
  const finished = await finish(deps, deps.configuration.providers['acme']!, {
    parameters: new URLSearchParams({ state, code: 'c' }),
    cookie: () => cookie,
  });
  assert.deepEqual(sessions.rows.get(SID)?.requests, {}, 'the request is burned');
  return finished.kind === 'refused' ? finished.reason : finished.outcome;
}

test('row 2: a state that has expired is refused, and burned', async () => {
  assert.equal(await turnedAway(COOKIE, 60, 0), 'expired_request');
});

test('a session that ended during the trip was taken for one of another browser, since its cookie is gone', async () => {
  assert.equal(await turnedAway(undefined, 0, 60), 'expired_request');
  assert.equal(await turnedAway(undefined, 60, 60), 'other_browser');
  assert.equal(await turnedAway('d'.repeat(43), 0, 60), 'other_browser');
});
