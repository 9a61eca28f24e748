import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretName } from '../../shared/secrets/secret-name.ts';
import { clientConfig } from './support/aws.ts';
import { connect } from './support/connect.ts';
import { deployment, invoke } from './support/deployment.ts';

const owner = 'customer-1';
const provider = 'demo';

interface Token {
  status: string;
  accessToken: string;
  account: string;
}

const getToken = () => invoke<Token>('get-token', 'billing', { owner, provider });

const userInfo = (token: string) =>
  fetch(`${deployment().issuer}/me`, { headers: { authorization: `Bearer ${token}` } });

const connections = async () =>
  (await invoke<{ connections: object[] }>('list-connections', 'web', { owner })).connections;

describe('the main job, over the deployed HTTP API', () => {
  test('before its client is set a provider says that it is not configured', async () => {
    const { url } = await invoke<{ url: string }>('create-connect-session', 'web', {
      owner,
      providers: ['github'],
    });
    const answer = await fetch(url, { redirect: 'manual' });
    assert.equal(answer.status, 503);
  });

  describe('with the client set', () => {
    let first: Token;

    before(async () => {
      const { client, endpoint } = deployment();
      await new SecretsManagerClient(clientConfig(endpoint)).send(
        new PutSecretValueCommand({
          SecretId: secretName(provider),
          SecretString: JSON.stringify({
            client_id: client.clientId,
            client_secret: client.clientSecret,
          }),
        }),
      );
    });

    test('an owner connects', async () => {
      const { location, html } = await connect(owner, 'ada');
      assert.equal(location.searchParams.get('status'), 'connected');
      assert.match(html, /Demo is connected/);
      assert.match(html, /as ada/);
    });

    test('a service gets a token that works at the provider', async () => {
      first = await getToken();
      assert.equal(first.status, 'ok', JSON.stringify(first));
      const answer = await userInfo(first.accessToken);
      assert.equal(answer.status, 200);
      assert.equal(((await answer.json()) as { sub: string }).sub, first.account);
    });

    test('connecting again updates the same connection', async () => {
      await connect(owner, 'ada');
      assert.equal((await connections()).length, 1);
      const second = await getToken();
      assert.notEqual(second.accessToken, first.accessToken);
    });

    test('disconnecting revokes at the provider', async () => {
      const { accessToken } = await getToken();
      const answer = await invoke('disconnect', 'web', { owner, provider });
      assert.deepEqual(answer, { status: 'disconnected', revoked: 'yes' });
      assert.equal((await userInfo(accessToken)).status, 401);
      assert.equal((await getToken()).status, 'not_connected');
      assert.deepEqual(await connections(), []);
    });
  });
});
