import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Connection, NEVER, type Tokens } from '../../shared/connections/connection.ts';
import type { TokenAnswer } from '../../shared/oauth/token-endpoint.ts';
import type { Provider } from '../../shared/providers/provider.ts';
import { Secret } from '../../shared/secret.ts';
import {
  aheadOfExpiry,
  dueAt,
  dueWork,
  refreshTokenEnd,
  tryAgainAt,
} from '../../shared/tokens/due.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const NOW = 1_800_000_000;
const provider = {} as Provider;
const exchanging = { refreshExchange: {} } as Provider;
const refreshable: Tokens = { accessToken: 'a', tokenType: 'bearer', refreshToken: 'r' };
const alone: Tokens = { accessToken: 'a', tokenType: 'bearer' };

const connection = (changes: Partial<Connection> = {}) =>
  ({
    status: 'connected',
    connectedAt: NOW,
    updatedAt: NOW,
    expiresAt: NOW + HOUR,
    dueAt: NEVER,
    ...changes,
  }) as Connection;
const due = (changes: Partial<Connection>, tokens = refreshable, at = provider, now = NOW) =>
  dueAt(at, connection(changes), tokens, now);

describe('when something is due', () => {
  test('the end of an access token that can be refreshed is nothing', () => {
    assert.equal(due({}), NEVER);
    assert.equal(due({ expiresAt: undefined }), NEVER);
  });

  test('a refresh token is used a week before it ends, or a quarter of its life', () => {
    assert.equal(due({ refreshTokenExpiresAt: NOW + 90 * DAY }), NOW + 83 * DAY);
    assert.equal(due({ refreshTokenExpiresAt: NOW + 8 * DAY }), NOW + 6 * DAY);
    assert.equal(due({ refreshTokenExpiresAt: NOW + 30 * 60 }), NOW + 22.5 * 60);
  });

  test('one whose end does not move when it is used is not asked for without end', () => {
    const end = NOW + 90 * DAY;
    let [updatedAt, refreshes] = [NOW, 0];
    for (;;) {
      const next = due({ updatedAt, refreshTokenExpiresAt: end });
      if (next === NEVER) break;
      assert.ok(next > updatedAt && next < end);
      [updatedAt, refreshes] = [next, refreshes + 1];
    }
    assert.ok(refreshes < 10, String(refreshes));
  });

  test('a token that lives by being exchanged is due in the middle of its life', () => {
    const expiresAt = NOW + 60 * DAY;
    assert.equal(due({ expiresAt }, alone, exchanging), NOW + 30 * DAY);
    assert.equal(due({ expiresAt: undefined }, alone, exchanging), NEVER);
  });

  test('an access token that cannot be made fresh is due at its end', () => {
    assert.equal(due({}, alone), NOW + HOUR);
    assert.equal(due({ expiresAt: undefined }, alone), NEVER);
  });

  test('where the person has to come again, or has gone, nothing is due', () => {
    const ends = { refreshTokenExpiresAt: NOW + DAY, consentEndsAt: NOW + 60 * DAY };
    assert.equal(due({ ...ends, status: 'needs_reauth' }), NEVER);
    assert.equal(due({ ...ends, status: 'disconnected' }), NEVER);
  });

  test('notices of the end of a consent: 30, 7 and 1 days before, each after the last one given', () => {
    const consentEndsAt = NOW + 60 * DAY;
    assert.equal(due({ consentEndsAt }), NOW + 30 * DAY);
    assert.equal(due({ consentEndsAt, consentNotice: 30 }), NOW + 53 * DAY);
    assert.equal(due({ consentEndsAt, consentNotice: 7 }), NOW + 59 * DAY);
    assert.equal(due({ consentEndsAt, consentNotice: 1 }), NEVER);
    assert.equal(due({ consentEndsAt }, refreshable, provider, consentEndsAt), NEVER);
  });

  test('the first of all that is due counts', () => {
    const both = { refreshTokenExpiresAt: NOW + 60 * DAY, consentEndsAt: NOW + 60 * DAY };
    assert.equal(due(both), NOW + 30 * DAY);
    assert.equal(due({ ...both, consentNotice: 30 }), NOW + 53 * DAY);
  });

  test('a consent of less than 30 days has no notice of 30 days', () => {
    assert.equal(due({ consentEndsAt: NOW + 10 * DAY }), NOW + 3 * DAY);
    assert.equal(due({ consentEndsAt: NOW + HOUR }), NEVER);
  });
});

describe('connections in use', () => {
  const used = (changes: Partial<Connection>, now: number, tokens = refreshable) =>
    aheadOfExpiry(connection(changes), tokens, now);

  test('in the second half of its life a token is refreshed five minutes before it ends', () => {
    assert.equal(used({}, NOW + 29 * 60), undefined);
    assert.equal(used({}, NOW + 31 * 60), NOW + 55 * 60);
    assert.equal(used({ expiresAt: NOW + 12 * 60 }, NOW + 7 * 60), NOW + 9 * 60);
  });

  test('not where that time is over, where something is due before, or where someone is at it', () => {
    assert.equal(used({}, NOW + 56 * 60), undefined);
    assert.equal(used({ dueAt: NOW + 55 * 60 }, NOW + 40 * 60), undefined);
    assert.equal(used({ lease: { holder: 'h', seconds: 10 } }, NOW + 40 * 60), undefined);
  });

  test('not where there is no refresh token, or no end', () => {
    assert.equal(used({}, NOW + 40 * 60, alone), undefined);
    assert.equal(used({ expiresAt: undefined }, NOW + 40 * 60), undefined);
  });
});

describe('what the sweep does', () => {
  const work = (changes: Partial<Connection>, now: number, tokens = refreshable) =>
    dueWork(provider, connection(changes), tokens, now);

  test('nothing before its time', () => {
    const ends = { refreshTokenExpiresAt: NOW + 90 * DAY, consentEndsAt: NOW + 60 * DAY };
    assert.deepEqual(work({ ...ends, expiresAt: NOW + 80 * DAY }, NOW + 29 * DAY), {
      refreshes: false,
    });
  });

  test('a refresh when the refresh token would be lost', () => {
    const ends = { refreshTokenExpiresAt: NOW + 90 * DAY, expiresAt: undefined };
    assert.deepEqual(work(ends, NOW + 83 * DAY - 1), { refreshes: false });
    assert.deepEqual(work(ends, NOW + 83 * DAY), { refreshes: true });
  });

  test('a refresh ahead of the end of a token that is in use', () => {
    assert.deepEqual(work({}, NOW + 55 * 60 - 1), { refreshes: false });
    assert.deepEqual(work({}, NOW + 55 * 60), { refreshes: true });
    assert.deepEqual(work({}, NOW + 55 * 60, alone), { refreshes: false });
    assert.deepEqual(work({}, NOW + HOUR, alone), { refreshes: true });
  });

  test('a notice alone does not refresh a connection that nobody uses', () => {
    const consentEndsAt = NOW + 60 * DAY;
    assert.deepEqual(work({ consentEndsAt }, NOW + 30 * DAY), { notice: 30, refreshes: false });
    assert.deepEqual(work({ consentEndsAt, consentNotice: 30 }, NOW + 53 * DAY), {
      notice: 7,
      refreshes: false,
    });
    assert.equal(work({ consentEndsAt, consentNotice: 7 }, NOW + 53 * DAY).notice, undefined);
  });

  test('after a long pause only the last of the notices is given', () => {
    assert.equal(work({ consentEndsAt: NOW + 60 * DAY }, NOW + 59 * DAY).notice, 1);
    assert.equal(work({ consentEndsAt: NOW + 60 * DAY }, NOW + 61 * DAY).notice, undefined);
  });

  test('a lease that was never given back is taken up', () => {
    const held = { lease: { holder: 'h', seconds: 10 }, expiresAt: undefined };
    assert.deepEqual(work(held, NOW + 20), { refreshes: true });
  });
});

test('what has failed is tried again after five minutes, then after twice as long, up to a day', () => {
  const waits = [1, 2, 3, 9, 10, 100].map((failures) => tryAgainAt(NOW, failures) - NOW);
  assert.deepEqual(waits, [300, 600, 1_200, 76_800, DAY, DAY]);
});

test('a refresh that brings no new refresh token and no lifetime leaves the end as it was', () => {
  const answer = (changes: Partial<TokenAnswer>) => changes as TokenAnswer;
  assert.equal(refreshTokenEnd(answer({ refreshExpiresIn: 100 }), 5, NOW), NOW + 100);
  assert.equal(refreshTokenEnd(answer({}), 5, NOW), 5);
  assert.equal(refreshTokenEnd(answer({ refreshToken: new Secret('r') }), 5, NOW), undefined);
});
