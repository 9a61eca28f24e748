import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import {
  DeleteSecretCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { buildCli } from '../../infra/cli/build.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';
import { CookieBrowser } from '../support/local-browser.ts';
import { clientConfig } from './support/aws.ts';
import { makeCdk } from './support/cdk.ts';
import { runProgram } from './support/children.ts';
import { configuration, deployment, invoke } from './support/deployment.ts';

const { baseUrl, endpoint, folder, issuer } = deployment();
const cdk = makeCdk(deployment());
const secrets = new SecretsManagerClient(clientConfig(endpoint));
const SecretId = secretName('github');
const tool = join(folder, 'tool/token-capture.js');

/** Runs the operator's tool; gives all that it says. */
async function say(...args: string[]): Promise<string> {
  const { output } = await runProgram(process.execPath, [tool, ...args], {
    cwd: folder,
    env: cdk.environment,
    input: 'a client secret\n',
  });
  return output;
}

const set = () => say('providers', 'set', 'github', '--client-id', 'id', '--client-secret-stdin');

/** What an owner's browser sees: the connect page, and the answer of GitHub's control on it. */
async function visit() {
  const browser = new CookieBrowser();
  const { url } = await invoke<{ url: string }>('create-connect-session', 'web', {
    owner: 'customer-60',
    providers: ['github', 'demo'],
  });
  const page = await browser.follow(url);
  const off = await browser.go(`${baseUrl}/github/authorize${new URL(page.url).search}`);
  return { page: page.status, html: await page.text(), off: off.status, text: await off.text() };
}

function assertGoesOnWithout({ page, html, off, text }: Awaited<ReturnType<typeof visit>>): void {
  assert.equal(page, 200);
  assert.match(html, /Not configured yet/);
  assert.match(html, /\/demo\/authorize/);
  assert.doesNotMatch(html, /\/github\/authorize/);
  assert.equal(off, 503);
  assert.match(text, /not set up yet/);
}

// Nobody asks for a token of GitHub before: a function that has read a client keeps it for minutes.
describe('the secret of a client that is deleted', () => {
  before(async () => {
    buildCli(tool);
    assert.match(await set(), /is set/);
  });

  test('at once: pages go on without it, and the tool says what to do', async () => {
    await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    assertGoesOnWithout(await visit());
    assert.match(await set(), /if it was deleted, take the provider out of cdk\.json, deploy, put/);
  });

  test('is there again when the provider was taken out and put back', async () => {
    const input = configuration(issuer);
    const providers = input.providers.filter((provider) => provider !== 'github');
    cdk.configure({ ...input, providers });
    await cdk.deploy();
    cdk.configure(input);
    await cdk.deploy();
    assert.match(await set(), /is set/);
  });

  test('with time to restore it: pages go on without it, and the tool says how', async () => {
    await secrets.send(new DeleteSecretCommand({ SecretId }));
    assertGoesOnWithout(await visit());
    const restore = `aws secretsmanager restore-secret --secret-id ${SecretId}`;
    for (const output of [await say('providers', 'list'), await set()]) {
      assert.ok(output.includes(restore), output);
    }
    await secrets.send(new RestoreSecretCommand({ SecretId }));
    assert.equal((await visit()).off, 303);
  });
});
