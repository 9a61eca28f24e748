import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { startLocal } from '../../infra/local/runner.ts';
import { clientConfig, startTestLocal, temporaryFolder } from '../support/local.ts';

test('rows, secrets and keys outlive a restart', async (t) => {
  const dataDirectory = await temporaryFolder(t);
  const options = { dataDirectory, providers: ['github'] };
  const SecretId = 'oauth2-token-capture/github';
  const Key = { pk: { S: 'a' }, sk: { S: 'b' } };

  const first = await startTestLocal(t, options);
  const config = clientConfig(first.endpoint);
  const { TABLE_NAME: TableName, KEY_ID: KeyId } = first.environment;
  await new DynamoDBClient(config).send(new PutItemCommand({ TableName, Item: Key }));
  await new SecretsManagerClient(config).send(
    new PutSecretValueCommand({ SecretId, SecretString: 'x' }),
  );
  const sealed = await new KMSClient(config).send(
    new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }),
  );
  await first.close();

  const second = await startTestLocal(t, options);
  const later = clientConfig(second.endpoint);
  assert.equal(second.environment.KEY_ID, KeyId);
  const row = await new DynamoDBClient(later).send(new GetItemCommand({ TableName, Key }));
  assert.deepEqual(row.Item, Key);
  const secret = await new SecretsManagerClient(later).send(
    new GetSecretValueCommand({ SecretId }),
  );
  assert.equal(secret.SecretString, 'x');
  const { CiphertextBlob } = sealed;
  const opened = await new KMSClient(later).send(new DecryptCommand({ CiphertextBlob }));
  assert.deepEqual(opened.Plaintext, sealed.Plaintext);
});

test('the folder and its files are private, and runtime.json stands while it runs', async (t) => {
  const dataDirectory = join(await temporaryFolder(t), 'new', 'folder');
  const local = await startTestLocal(t, {
    dataDirectory,
    demo: true,
    runtime: () => ({ more: 1 }),
  });
  assert.equal((await stat(dataDirectory)).mode & 0o777, 0o700);
  for (const name of ['secrets.json', 'keys.json', 'runtime.json', 'lock', 'demo-keys.json']) {
    assert.equal((await stat(join(dataDirectory, name))).mode & 0o777, 0o600, name);
  }
  const runtime = JSON.parse(await readFile(join(dataDirectory, 'runtime.json'), 'utf8'));
  const { url } = local;
  assert.deepEqual(runtime, {
    url,
    pid: process.pid,
    endpoints: {
      lambda: url,
      dynamodb: url,
      secretsManager: url,
      kms: url,
      sqs: url,
      events: url,
    },
    stackName: 'TokenCapture',
    more: 1,
  });
  await local.close();
  const left = await readdir(dataDirectory);
  assert.ok(!left.includes('runtime.json') && !left.includes('lock'));
});

test('a second run on the same folder is refused in one line', async (t) => {
  const dataDirectory = await temporaryFolder(t);
  await startTestLocal(t, { dataDirectory });
  await assert.rejects(startTestLocal(t, { dataDirectory }), {
    name: 'LocalError',
    code: 'folder_in_use',
    message: /^the data folder .* is in use by process \d+: [^\n]+$/,
  });
});

test('the lock of a dead process is taken over, and that of a living one is not', async (t) => {
  const dataDirectory = await temporaryFolder(t);
  const lock = join(dataDirectory, 'lock');
  const dead = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => dead.once('exit', resolve));
  for (const content of [`{"pid":${dead.pid}}`, `{"pid":${process.pid}}`, '{"pid":', '']) {
    await writeFile(lock, content);
    const local = await startTestLocal(t, { dataDirectory });
    await local.close();
  }
  const living = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  t.after(() => living.kill());
  await writeFile(lock, `{"pid":${living.pid}}`);
  await assert.rejects(startTestLocal(t, { dataDirectory }), { code: 'folder_in_use' });
});

test('a folder that cannot be written is refused in one line', async (t) => {
  const parent = await temporaryFolder(t);
  const file = join(parent, 'file');
  await writeFile(file, '');
  const error = {
    name: 'LocalError',
    code: 'folder_unusable',
    message: /^cannot write to [^\n]+$/,
  };
  await assert.rejects(startTestLocal(t, { dataDirectory: file }), error);
  await assert.rejects(startTestLocal(t, { dataDirectory: join(file, 'x') }), error);
  // The superuser may write anywhere.
  if (process.getuid?.() === 0) return;
  const closed = join(parent, 'closed');
  await mkdir(closed);
  await chmod(closed, 0o500);
  await assert.rejects(startTestLocal(t, { dataDirectory: join(closed, 'x') }), error);
});

test('a taken port is refused in one line, and leaves nothing behind', async (t) => {
  const port = await takePort(t);
  const dataDirectory = await temporaryFolder(t);
  const options = { dataDirectory, routes: [], functions: {} };
  const error = {
    name: 'LocalError',
    code: 'port_taken',
    message: new RegExp(`^port ${port} is taken: [^\n]+$`),
  };
  await assert.rejects(startLocal({ ...options, port }), error);
  await assert.rejects(startLocal({ ...options, port: port - 1, demo: true }), error);
  const local = await startTestLocal(t, { dataDirectory });
  await local.close();
});

/** Takes a port whose lower neighbour is free: other processes of this machine listen too. */
async function takePort(t: TestContext): Promise<number> {
  for (;;) {
    const taken = await listen(0);
    const { port } = taken!.address() as AddressInfo;
    const neighbour = await listen(port - 1);
    if (neighbour !== undefined) {
      t.after(() => taken!.close());
      await new Promise((resolve) => neighbour.close(resolve));
      return port;
    }
    taken!.close();
  }
}

function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
