import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import { Secret } from '../../shared/secret.ts';

test('a secret prints as [secret] wherever it goes', () => {
  const secret = new Secret('canary');
  const prints = [
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }, { depth: 9, showHidden: true }),
    format('%s %o %j', secret, secret, secret),
    String(Object.entries(secret)),
  ];
  for (const print of prints) assert.equal(print.includes('canary'), false, print);
  assert.equal(secret.reveal(), 'canary');
});
