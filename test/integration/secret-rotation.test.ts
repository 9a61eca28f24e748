import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ProviderRejected } from '../../shared/errors.ts';
import { type ProviderDeps, withProvider } from '../../shared/oauth/client.ts';
import { makeHttpClient } from '../../shared/oauth/http-client.ts';
import type { Server } from '../../shared/oauth/server.ts';
import { systemPorts } from '../../shared/ports.ts';
import { catalog } from '../../shared/providers/catalog.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import { makeClientSecrets } from '../../shared/secrets/client-secrets.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';
import { clientConfig, startTestLocal } from '../support/local.ts';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { productForSuite } from '../support/product.ts';

const provider = resolveProvider(catalog['github']!, catalog, 'github');
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const refusal = () => new ProviderRejected('github', 'invalid_client', 401);

/** A secret that is rotated, and a provider that knows one of its values. */
async function rotation(t: Parameters<typeof startTestLocal>[0], prefix?: string) {
  const { endpoint } = await startTestLocal(t);
  const manager = new SecretsManagerClient(clientConfig(endpoint));
  const Name = secretName('github', prefix);
  await manager.send(new CreateSecretCommand({ Name }));
  const deps: ProviderDeps = {
    ports: { ...systemPorts, log: quiet, http: makeHttpClient(true) },
    servers: async () => ({ tokenOrigin: 'https://github.com' }) as Server,
    secrets: makeClientSecrets({ now: Date.now, log: quiet }, manager, prefix),
  };
  const tried: string[] = [];
  return {
    deps,
    tried,
    put: (value: string, token_origin?: string) =>
      manager.send(
        new PutSecretValueCommand({
          SecretId: Name,
          SecretString: JSON.stringify({ client_id: 'id', client_secret: value, token_origin }),
        }),
      ),
    ask: (known: string) => {
      tried.length = 0;
      return withProvider(deps, provider, async ({ clientSecret }) => {
        const value = clientSecret!.reveal();
        tried.push(value);
        if (value !== known) throw refusal();
        return 'accepted';
      });
    },
  };
}

describe('a client secret is rotated', () => {
  test('stored first: the provider still knows the version before', async (t) => {
    const { put, ask, tried } = await rotation(t);
    await put('old');
    await put('new');
    assert.equal(await ask('old'), 'accepted');
    assert.deepEqual(tried, ['new', 'old']);
  });

  test('a function that read the old one asks for the new one', async (t) => {
    const { put, ask, tried } = await rotation(t);
    await put('old');
    await ask('old');
    await put('new');
    assert.equal(await ask('new'), 'accepted');
    assert.deepEqual(tried, ['old', 'new']);
  });

  test('a cached version that is neither: the current one, then the one before', async (t) => {
    const { put, ask, tried } = await rotation(t);
    await put('first');
    await ask('first');
    await put('second');
    await put('third');
    assert.equal(await ask('second'), 'accepted');
    assert.deepEqual(tried, ['first', 'third', 'second']);
  });

  test('a client that no version holds is refused, each version tried once', async (t) => {
    const { put, ask, tried } = await rotation(t);
    await put('only');
    await assert.rejects(ask('another'), { name: 'ProviderRejected' });
    assert.deepEqual(tried, ['only']);
    await put('next');
    await assert.rejects(ask('another'), { name: 'ProviderRejected' });
    assert.deepEqual(tried, ['only', 'next']);
  });

  test('another answer than a refusal of the client is not tried again', async (t) => {
    const { deps, put } = await rotation(t);
    await put('old');
    await put('new');
    let asked = 0;
    const use = async () => {
      asked += 1;
      throw new ProviderRejected('github', 'invalid_grant', 400);
    };
    await assert.rejects(withProvider(deps, provider, use), { name: 'ProviderRejected' });
    assert.equal(asked, 1);
  });

  test('a version before that was for another host is not sent, and the refusal stands', async (t) => {
    const { put, ask, tried } = await rotation(t);
    await put('old', 'https://github.example.com');
    await put('new', 'https://github.com');
    await assert.rejects(ask('old'), { name: 'ProviderRejected' });
    assert.deepEqual(tried, ['new']);
  });

  test("another stack's secret has another name", async (t) => {
    const { deps, put, ask } = await rotation(t, 'oauth2-token-capture/Staging');
    await put('old');
    assert.equal(await ask('old'), 'accepted');
    assert.equal(deps.secrets.nameOf('github'), 'oauth2-token-capture/Staging/github');
  });
});

describe('in the whole product', () => {
  const suite = productForSuite();

  test('nobody is refused while the provider knows the old secret alone', async () => {
    const product = suite();
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner: 'rotation',
      providers: ['demo'],
    });
    const browser = new CookieBrowser();
    const off = await browser.go(url);
    // Before the callback, and before the refresh below: neither function has read the secret yet.
    await product.setSecret('demo', {
      client_id: 'token-capture',
      client_secret: 'which the provider does not know yet',
    });
    const callback = await signInAtDemo(off.headers.get('location')!, 'ada', browser);
    assert.match((await browser.go(callback)).headers.get('location')!, /status=connected/);
    const answer = await product.invoke('get-token', {
      owner: 'rotation',
      provider: 'demo',
      minValiditySeconds: 86_400,
    });
    assert.equal(answer['status'], 'ok', JSON.stringify(answer));
  });
});
