import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretName } from '../../shared/secrets/secret-name.ts';
import { runTool } from '../support/cli.ts';
import { clientConfig, temporaryFolder } from '../support/local.ts';
import { type Product, productForSuite } from '../support/product.ts';

/** A token endpoint that answers as a test says. */
const vendor = {
  answer: { status: 400, body: { error: 'invalid_grant' } as object },
  received: [] as { authorization: string | undefined; form: URLSearchParams }[],
};
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const { authorization } = request.headers;
  vendor.received.push({ authorization, form: new URLSearchParams(body) });
  response.writeHead(vendor.answer.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(vendor.answer.body));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(() => void server.close());

const endpoints = {
  authorizationUrl: `${origin}/authorize`,
  tokenUrl: `${origin}/token`,
  userInfoUrl: `${origin}/me`,
  account: 'id',
};

describe('token-capture providers', () => {
  const suite = productForSuite({
    configuration: () => ({
      providers: [
        'github',
        'apple',
        { id: 'vendor', ...endpoints },
        { id: 'public', ...endpoints, clientAuthentication: 'none' as const },
        { id: 'away', issuer: 'http://127.0.0.1:9/nobody' },
      ],
    }),
  });
  let product: Product;
  let local: string[];
  before(() => {
    product = suite();
    local = ['--local', '--data', product.dataDirectory];
  });

  const run = (argv: string[], input?: string) =>
    runTool([...argv, ...local], input === undefined ? {} : { input });
  const stored = async (provider: string) => {
    const manager = new SecretsManagerClient(clientConfig(product.endpoint));
    const { SecretString } = await manager.send(
      new GetSecretValueCommand({ SecretId: secretName(provider) }),
    );
    return JSON.parse(SecretString!) as Record<string, string>;
  };

  test('list says which clients are set and what to register', async () => {
    const { status, stdout, stderr } = await run(['providers', 'list']);
    assert.equal(status, 0, stderr);
    const [heading, ...rows] = stdout.trimEnd().split('\n');
    assert.match(heading!, /^ID +NAME +CLIENT +REDIRECT URI$/);
    assert.ok(
      rows.some((row) => /^demo +Demo +set /.test(row)),
      stdout,
    );
    assert.ok(
      rows.some((row) => /^away +away +not set /.test(row)),
      stdout,
    );
    assert.match(stderr, /providers set \S+ --client-id ID --local --data/);

    const list = (await run(['providers', 'list', '--json'])).json() as object[];
    assert.deepEqual(list[1], {
      id: 'github',
      name: 'GitHub',
      secret: 'not_set',
      redirectUri: `${product.url}/github/callback`,
    });
  });

  test('set stores the client with the origin that it is for', async () => {
    const set = await run(
      [
        'providers',
        'set',
        'vendor',
        '--client-id',
        'id-1',
        '--client-secret-stdin',
        '--scope',
        'a b',
      ],
      's3cr3t value\n',
    );
    assert.equal(set.status, 0, set.stderr);
    assert.doesNotMatch(set.stdout + set.stderr, /s3cr3t/);
    assert.match(set.stderr, new RegExp(`register there: ${product.url}/vendor/callback`));
    assert.deepEqual(await stored('vendor'), {
      client_id: 'id-1',
      client_secret: 's3cr3t value',
      scope: 'a b',
      token_origin: origin,
    });
    const json = await run(
      ['providers', 'set', 'vendor', '--client-id', 'id-1', '--client-secret-stdin', '--json'],
      's3cr3t',
    );
    assert.deepEqual(json.json(), {
      provider: 'vendor',
      secret: 'oauth2-token-capture/vendor',
      tokenOrigin: origin,
      redirectUri: `${product.url}/vendor/callback`,
    });
  });

  test('set takes the fields of a provider, and asks for those that are missing', async () => {
    const set = [
      'providers',
      'set',
      'apple',
      '--client-id',
      'com.example',
      '--client-secret-stdin',
    ];
    const refused = await run([...set, '--field', 'team_id=T'], 'pem');
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /--field key_id=/);
    const done = await run([...set, '--field', 'team_id=T', '--field', 'key_id=K'], 'pem');
    assert.equal(done.status, 0, done.stderr);
    assert.deepEqual(await stored('apple'), {
      team_id: 'T',
      key_id: 'K',
      client_id: 'com.example',
      client_secret: 'pem',
      token_origin: 'https://appleid.apple.com',
    });
  });

  test('set needs no secret for a public client', async () => {
    const { status, stderr } = await run(['providers', 'set', 'public', '--client-id', 'id-2']);
    assert.equal(status, 0, stderr);
    assert.deepEqual(await stored('public'), { client_id: 'id-2', token_origin: origin });
  });

  test('set leaves the origin out, and says so, when the issuer cannot be asked', async () => {
    const { status, stderr } = await run(
      ['providers', 'set', 'away', '--client-id', 'id-3', '--client-secret-stdin'],
      's3cr3t',
    );
    assert.equal(status, 0, stderr);
    assert.match(stderr, /Warning: .*without the host that it is for/);
    assert.deepEqual(await stored('away'), { client_id: 'id-3', client_secret: 's3cr3t' });
  });

  test('set refuses what it cannot do', async () => {
    const piped = await run(['providers', 'set', 'vendor', '--client-id', 'x']);
    assert.equal(piped.status, 2);
    assert.match(piped.stderr, /--client-secret-stdin/);
    const set = [
      'providers',
      'set',
      'vendor',
      '--client-id',
      'x',
      '--client-secret-stdin',
      '--json',
    ];
    const empty = await run(set, '\n');
    assert.equal(empty.status, 1);
    assert.deepEqual(empty.json(), {
      error: { type: 'empty_secret', message: 'the client secret is empty: nothing was stored' },
    });
    const unknown = await run(['providers', 'set', 'nobody', '--client-id', 'x']);
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /"nobody" is not a configured provider \(demo, github, /);
  });

  test('check tells an accepted client from a refused one', async () => {
    await product.setSecret('vendor', { client_id: 'id-1', client_secret: 's3cr3t' });
    const check = async (status: number, body: object) => {
      vendor.answer = { status, body };
      const outcome = await run(['providers', 'check', 'vendor', '--json']);
      const { client } = outcome.json() as { client: string };
      return { status: outcome.status, client };
    };
    vendor.received.length = 0;
    assert.deepEqual(await check(400, { error: 'invalid_grant' }), {
      status: 0,
      client: 'accepted',
    });
    const [request] = vendor.received;
    assert.equal(request!.authorization, `Basic ${btoa('id-1:s3cr3t')}`);
    assert.equal(request!.form.get('grant_type'), 'authorization_code');
    assert.equal(request!.form.get('redirect_uri'), `${product.url}/vendor/callback`);
    assert.deepEqual(await check(401, { error: 'invalid_client' }), {
      status: 1,
      client: 'refused',
    });
    assert.deepEqual(await check(400, { error: 'odd' }), { status: 1, client: 'unknown' });
    assert.deepEqual(await check(503, {}), { status: 1, client: 'unknown' });
    assert.deepEqual(await check(200, { access_token: 'x', token_type: 'bearer' }), {
      status: 1,
      client: 'unknown',
    });

    vendor.answer = { status: 200, body: { error: 'bad_verification_code' } };
    const accepted = await run(['providers', 'check', 'vendor']);
    assert.match(accepted.stdout, /^vendor: the client is accepted: .*bad_verification_code/);
    vendor.answer = { status: 400, body: { error: 'unauthorized_client' } };
    const refused = await run(['providers', 'check', 'vendor']);
    assert.equal(refused.stdout, '');
    assert.match(refused.stderr, /the client is refused.*providers set vendor/);
  });

  test('check sends nothing to another origin than the one that the secret is for', async () => {
    vendor.received.length = 0;
    await product.setSecret('vendor', {
      client_id: 'id-1',
      client_secret: 's3cr3t',
      token_origin: 'https://other.example',
    });
    const { status, stderr } = await run(['providers', 'check', 'vendor']);
    assert.equal(status, 1);
    assert.match(stderr, /other\.example.*nothing was sent/);
    assert.equal(vendor.received.length, 0);
  });

  test('check says how to set a client that is not set', async () => {
    const { status, stderr } = await run(['providers', 'check', 'github']);
    assert.equal(status, 1);
    assert.match(stderr, /not set: npx token-capture providers set github --client-id ID --local/);
  });

  test('a stack is asked in the same way, with the providers of cdk.json', async (t) => {
    const config = join(await temporaryFolder(t), 'cdk.json');
    const context = { 'token-capture': { providers: ['github', 'slack'] } };
    await writeFile(config, JSON.stringify({ context }));
    const environment = {
      AWS_ENDPOINT_URL: product.endpoint,
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_REGION: 'eu-west-1',
    };
    const list = await runTool(['providers', 'list', '--config', config, '--json'], {
      environment,
    });
    assert.equal(list.status, 0, list.stderr);
    assert.deepEqual(list.json(), [
      {
        id: 'github',
        name: 'GitHub',
        secret: 'not_set',
        redirectUri: `${product.url}/github/callback`,
      },
      { id: 'slack', name: 'Slack', secret: 'missing', redirectUri: null },
    ]);
    const set = ['providers', 'set', 'slack', '--client-id', 'x', '--config', config];
    const missing = await runTool(set, { environment });
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /no secret \S+\/slack in region eu-west-1: deploy/);
    const other = ['session', 'create', '--owner', 'x', '--stack', 'Other'];
    assert.match((await runTool(other, { environment })).stderr, /name another with --stack/);
  });

  test('without region and credentials one line says what to set', async () => {
    const argv = ['session', 'create', '--owner', 'x'];
    const nowhere = await runTool(argv);
    assert.equal(nowhere.status, 1);
    assert.match(nowhere.stderr, /^token-capture: no AWS region: set AWS_REGION[^\n]*\n$/);
    const nobody = await runTool(argv, { environment: { AWS_REGION: 'eu-west-1' } });
    assert.equal(nobody.status, 1);
    assert.match(nobody.stderr, /^token-capture: no AWS credentials[^\n]*\n$/);
  });
});
