import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryConnection } from '../support/memory-connection.ts';

const MINUTE = { access_token: 'second', token_type: 'bearer', expires_in: 60 };

test('a token that lives for a minute was refreshed at each request; now in the second half of its life', async () => {
  const one = await memoryConnection({}, { refreshToken: 'r' }, 1_001, () => MINUTE);
  await one.ask();
  for (let second = 0; second < 25; second++) {
    one.wait(1_000);
    await one.ask();
  }
  assert.equal(one.sent.length, 1);
  one.wait(10_000);
  await one.ask();
  assert.equal(one.sent.length, 2);
  await one.ask({ minValiditySeconds: 60 });
  assert.equal(one.sent.length, 2);
  one.wait(1_000);
  await one.ask({ minValiditySeconds: 60 });
  assert.equal(one.sent.length, 3, 'who asks for more gets it');
});

test('a token that has ended when its row is written is handed out to nobody', async () => {
  const ended = { expiresAt: 1_000_000 };
  const one = await memoryConnection({}, { refreshToken: 'r' }, 0, () => MINUTE, ended);
  const answer = await one.ask();
  assert.ok(answer.status === 'ok' && answer.accessToken === 'second');
});
