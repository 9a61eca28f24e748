import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { GetAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { demoEntry } from '../../infra/local/demo-entry.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';
import { clientConfig } from './support/aws.ts';
import { makeCdk } from './support/cdk.ts';
import { connect } from './support/connect.ts';
import { configuration, deployment, invoke } from './support/deployment.ts';
import { apiIds } from './support/front.ts';

const { endpoint, issuer } = deployment();
const cdk = makeCdk(deployment());
const secrets = new SecretsManagerClient(clientConfig(endpoint));
const owner = 'customer-30';

const base = configuration(issuer);
const larger = {
  ...base,
  providers: [...base.providers, demoEntry('second', issuer)],
  callers: { ...base.callers, audit: { functions: ['list-connections' as const] } },
};

const secretOf = async (provider: string) =>
  (await secrets.send(new GetSecretValueCommand({ SecretId: secretName(provider) }))).SecretString;

const versionOfBilling = async () =>
  (
    await new LambdaClient(clientConfig(endpoint)).send(
      new GetAliasCommand({ FunctionName: 'TokenCapture-get-token', Name: 'billing' }),
    )
  ).FunctionVersion;

describe('a second deployment, with one more provider and one more caller', () => {
  let apiBefore: string[];
  let secretBefore: string | undefined;
  let versionBefore: string | undefined;

  before(async () => {
    await connect(owner, 'margaret');
    [apiBefore, secretBefore, versionBefore] = await Promise.all([
      apiIds(endpoint),
      secretOf('demo'),
      versionOfBilling(),
    ]);
    cdk.configure(larger);
    await cdk.deploy();
  });

  test('keeps the API, the secrets and the connections', async () => {
    assert.deepEqual(await apiIds(endpoint), apiBefore);
    assert.equal(await secretOf('demo'), secretBefore);
    const token = await invoke('get-token', 'billing', { owner, provider: 'demo' });
    assert.equal(token['status'], 'ok');
    assert.notEqual(await versionOfBilling(), versionBefore);
  });

  test('lets the new caller in', async () => {
    const { connections } = await invoke<{ connections: object[] }>('list-connections', 'audit', {
      owner,
    });
    assert.equal(connections.length, 1);
  });

  test('connects at the new provider once its client is set', async () => {
    const SecretString = secretBefore;
    await secrets.send(new PutSecretValueCommand({ SecretId: secretName('second'), SecretString }));
    const { location } = await connect(owner, 'margaret', 'second');
    assert.equal(location.searchParams.get('status'), 'connected');
  });

  test('is a no-op when nothing has changed', async () => {
    const version = await versionOfBilling();
    const { output } = await cdk.deploy();
    assert.match(output, /no changes/);
    assert.equal(await versionOfBilling(), version);
    assert.deepEqual(await apiIds(endpoint), apiBefore);
  });
});

describe('a provider that is taken out of the configuration', () => {
  const providersOf = async () =>
    (
      await invoke<{ connections: { provider: string }[] }>('list-connections', 'web', { owner })
    ).connections.map(({ provider }) => provider);

  before(async () => {
    cdk.configure(base);
    await cdk.deploy();
  });

  test('keeps its connections and its secret', async () => {
    assert.deepEqual((await providersOf()).sort(), ['demo', 'second']);
    assert.ok(await secretOf('second'));
  });

  test('gives no token, and the message says why', async () => {
    await assert.rejects(invoke('get-token', 'operator', { owner, provider: 'second' }), {
      name: 'InvalidRequest',
      message: /^provider: expected a configured provider \(demo, github\)/,
    });
  });

  test('comes back with its secret when the deployment is told that it is there', async () => {
    cdk.configure(larger, { 'token-capture:existing': { secrets: ['second'] } });
    await cdk.deploy();
    const token = await invoke('get-token', 'operator', { owner, provider: 'second' });
    assert.equal(token['status'], 'ok', JSON.stringify(token));
  });
});
