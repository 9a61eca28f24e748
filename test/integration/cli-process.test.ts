import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { buildCli } from '../../infra/cli/build.ts';
import { runTool } from '../support/cli.ts';
import { temporaryFolder } from '../support/local.ts';

const ROOT = dirname(dirname(import.meta.dirname));

/** A data folder whose local run says this of itself. */
async function folderWith(t: Parameters<typeof temporaryFolder>[0], runtime: object) {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'runtime.json'), JSON.stringify(runtime));
  return folder;
}

const runtimeAt = (url: string, pid = process.pid) => ({
  url,
  pid,
  endpoints: { lambda: url, dynamodb: url, secretsManager: url, kms: url, sqs: url },
  stackName: 'TokenCapture',
});

const CREATE = ['session', 'create', '--owner', 'x', '--local', '--data'];

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('close', resolve));
  return child.pid!;
}

test('npx finds the command in a clone, with nothing in its cache', async (t) => {
  const cache = await temporaryFolder(t);
  const { stdout } = await promisify(execFile)('npx', ['--offline', 'token-capture', '--help'], {
    cwd: ROOT,
    env: { ...process.env, npm_config_cache: cache },
    shell: process.platform === 'win32',
  });
  assert.match(stdout, /^Usage: token-capture /);
});

test('where no local run is, one line says how to start it', async (t) => {
  const nothing = await temporaryFolder(t);
  const dead = await folderWith(t, runtimeAt('http://localhost:9', await endedProcess()));
  for (const folder of [nothing, dead]) {
    const { status, stdout, stderr } = await runTool([...CREATE, folder]);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^token-capture: nothing runs here .*start it with npm start[^\n]*\n$/);
  }
});

test('a local run that does not answer, or says nonsense, is told', async (t) => {
  const silent = await folderWith(t, runtimeAt('http://127.0.0.1:9'));
  assert.match((await runTool([...CREATE, silent])).stderr, /does not answer \(ECONNREFUSED\)/);
  const odd = await folderWith(t, { url: 'http://localhost:9' });
  assert.match((await runTool([...CREATE, odd])).stderr, /runtime\.json: pid: .*npm start/);
});

test('a secret goes to no other machine than this one, whatever runtime.json says', async (t) => {
  const folder = await folderWith(t, runtimeAt('http://collector.example'));
  const { status, stderr } = await runTool([...CREATE, folder]);
  assert.equal(status, 1);
  assert.match(stderr, /expected a URL on this machine/);
});

test('a function that fails is one line with where to look, without its stack trace', async (t) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'x-amz-function-error': 'Unhandled' });
    response.end(
      JSON.stringify({ errorType: 'TypeError', errorMessage: 'oops', trace: ['at secret.js:1'] }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { status, stderr } = await runTool([...CREATE, await folderWith(t, runtimeAt(url))]);
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^token-capture: TokenCapture-create-connect-session failed \(TypeError: oops\)[^\n]*\n$/,
  );
});

test('the built tool is one executable file that needs nothing beside it', async (t) => {
  const folder = await temporaryFolder(t);
  const main = join(folder, 'token-capture.js');
  buildCli(main);
  assert.equal((await stat(main)).mode & 0o111, 0o111);
  const version = await runTool(['--version'], { main });
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  const all = await runTool(['providers', 'list', '--all', '--json'], { main });
  assert.equal(all.status, 0, all.stderr);
  assert.ok((all.json() as object[]).length > 5);
  const nothing = await runTool(['providers', 'list', '--local', '--data', folder], { main });
  assert.match(nothing.stderr, /npm start/);

  // What Node 20 lacks.
  const older = join(folder, 'older.cjs');
  await writeFile(
    older,
    `delete URL.parse;
    const parse = JSON.parse;
    JSON.parse = (text, reviver) => parse(text, reviver && function (key, value) {
      return reviver.call(this, key, value);
    });`,
  );
  const environment = { NODE_OPTIONS: `--require ${older}` };
  const config = join(folder, 'cdk.json');
  const context = {
    'token-capture': { providers: ['github'], returnUrls: ['https://app.example.com/'] },
  };
  await writeFile(config, JSON.stringify({ context }));
  const list = await runTool(['providers', 'list', '--config', config], { main, environment });
  assert.match(list.stderr, /no AWS region/);
});
