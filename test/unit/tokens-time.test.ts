import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getToken } from '../../shared/tokens/get-token.ts';
import { KEY, memoryConnection } from '../support/memory-connection.ts';

const fresh = { access_token: 'second', token_type: 'bearer', expires_in: 1_000 };
const SECONDS_LEFT = 15;

/** A token that has ended is asked for with 15 seconds left, of which a look-up takes some. */
async function askWith(lookUpSeconds: number) {
  const one = await memoryConnection({}, { refreshToken: 'r' }, 1_001, () => fresh);
  const { health, ports } = one.deps;
  const { get } = health;
  health.get = (provider) => {
    one.wait(lookUpSeconds * 1_000);
    return get(provider);
  };
  const answer = await getToken(one.deps, KEY, ports.now() + SECONDS_LEFT * 1_000);
  return { ...one, answer };
}

test('row 26: the time that a look-up has taken is missing at the provider, so nothing is begun', async () => {
  const slow = await askWith(6);
  assert.equal(slow.answer.status, 'provider_unavailable');
  assert.deepEqual(slow.sent, []);
  assert.equal((await slow.row())?.lease, undefined);
  assert.equal((await askWith(3)).answer.status, 'ok');
});
