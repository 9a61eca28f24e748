import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidRequest } from '../../shared/errors.ts';
import { isIdentity, requireIdentity } from '../../shared/identity.ts';

test('names of owners and accounts are accepted as they are', () => {
  for (const name of ['a', 'customer-1', 'Ада Лавлейс', 'x'.repeat(256), 'é', '9007199254740993']) {
    assert.equal(requireIdentity('owner', name), name);
  }
});

test('what could be taken for another name is refused', () => {
  const refused = {
    empty: '',
    'over 256 bytes': 'é'.repeat(129),
    'lone surrogate': 'a\ud800',
    'not in NFC': 'e\u0301',
    'control character': 'a\u0000b',
    'line break': 'a\nb',
    'bidirectional override': 'a\u202eb',
    'a number': 7,
    nothing: undefined,
  };
  for (const [what, value] of Object.entries(refused)) {
    assert.equal(isIdentity(value), false, what);
    assert.throws(() => requireIdentity('owner', value), {
      name: 'InvalidRequest',
      field: 'owner',
    });
  }
  assert.ok(new InvalidRequest('owner', 'x').message.startsWith('owner: '));
});
