import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connection } from '../../shared/connections/connection.ts';
import type { Provider } from '../../shared/providers/provider.ts';
import { isDueEarly, isRenewable } from '../../shared/tokens/renewable.ts';

const provider = { refreshExchange: {} } as Provider;
const exchanged = { accessToken: 'a', tokenType: 'bearer' };
const connection = { updatedAt: 1_000, expiresAt: 2_000 } as Connection;
const at = (seconds: number) => ({ ports: { now: () => seconds * 1_000 } });

test('a token that lives by being exchanged is renewed in the second half of its life', () => {
  assert.equal(isDueEarly(at(1_400), provider, connection, exchanged), false);
  assert.equal(isDueEarly(at(1_501), provider, connection, exchanged), true);
  assert.equal(isDueEarly(at(1_501), {} as Provider, connection, exchanged), false);
  const refreshed = { ...exchanged, refreshToken: 'r' };
  assert.equal(isDueEarly(at(1_501), provider, connection, refreshed), false);
  const { expiresAt: _, ...endless } = connection;
  assert.equal(isDueEarly(at(9_999), provider, endless as Connection, exchanged), false);
});

test('an access token that has ended cannot be exchanged any more', () => {
  assert.equal(isRenewable(at(1_999), provider, connection, exchanged), true);
  assert.equal(isRenewable(at(2_000), provider, connection, exchanged), false);
  assert.equal(isRenewable(at(1_999), {} as Provider, connection, exchanged), false);
  assert.equal(
    isRenewable(at(2_000), {} as Provider, connection, { ...exchanged, refreshToken: 'r' }),
    true,
  );
});
