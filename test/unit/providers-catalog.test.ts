import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalog } from '../../shared/providers/catalog.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import { parseClient } from '../../shared/secrets/client-secrets.ts';

for (const [id, entry] of Object.entries(catalog)) {
  test(`${id}: whole, with its source and what a person needs`, () => {
    assert.equal(entry.id, id, 'a file is named for its id');
    const provider = resolveProvider(entry, catalog, id);
    assert.match(entry.source ?? '', /^https:/);
    assert.ok(Date.parse(entry.checked ?? '') <= Date.now(), 'checked');
    assert.ok(provider.registration?.steps?.length, 'registration');
    for (const scope of provider.scopes) {
      assert.ok(provider.scopeDescriptions[scope], `"${scope}" in words`);
    }
  });
}

test('apple: the client secret is a JWT for five minutes, and says what it lacks', async () => {
  const { clientSecret } = catalog['apple']!.hooks!;
  const client = parseClient(
    'apple',
    JSON.stringify({ client_id: 'c', client_secret: 'no key', team_id: 't', key_id: 'k' }),
  );
  await assert.rejects(clientSecret!(client, 0), {
    name: 'ConfigurationError',
    message: /text of the \.p8 key file/,
  });
});
