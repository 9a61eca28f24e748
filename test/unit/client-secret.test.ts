import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseClient } from '../../shared/secrets/client-secrets.ts';

test("what was pasted in the place of a member's name stood in the message", () => {
  const place = (member: string) => {
    try {
      parseClient('acme', JSON.stringify({ client_id: 'id', [member]: 7 }));
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };
  assert.equal(
    place('client_secret'),
    'oauth2-token-capture/acme.client_secret: expected a string',
  );
  assert.equal(place('shpss_ canary'), 'oauth2-token-capture/acme: expected a string');
});
