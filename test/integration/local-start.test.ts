import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientConfig, temporaryFolder } from '../support/local.ts';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { freePortPair, startCommand } from '../support/local-command.ts';

async function invoke(url: string, name: string, request: object) {
  const client = new LambdaClient(clientConfig(url));
  const { Payload } = await client.send(
    new InvokeCommand({
      FunctionName: `TokenCapture-${name}`,
      Qualifier: 'operator',
      Payload: JSON.stringify(request),
    }),
  );
  return JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
}

/** Opens a connect link and connects at the demo provider; returns the page at the end. */
async function connect(link: string, login: string): Promise<Response> {
  const browser = new CookieBrowser();
  const page = await browser.follow(link);
  const sid = new URL(page.url).searchParams.get('s') ?? '';
  const authorize = await browser.go(new URL(`/demo/authorize?s=${sid}`, link));
  const callback = await signInAtDemo(authorize.headers.get('location')!, login, browser);
  return await browser.follow(callback);
}

test('npm start serves a connect link that connects, and ends cleanly on SIGTERM', async (t) => {
  const data = join(await temporaryFolder(t), 'data');
  const port = await freePortPair();
  const url = `http://localhost:${port}`;
  const { child, output, ended, lines } = startCommand(t, ['--port', `${port}`, '--data', data]);
  const [ready, invitation = ''] = await lines(2);
  assert.equal(ready, `Ready ${url}`);
  const link = /http:\S+$/.exec(invitation)![0];
  assert.ok(link.startsWith(`${url}/connect?session=`));

  const runtime = JSON.parse(await readFile(join(data, 'runtime.json'), 'utf8'));
  assert.equal(runtime.url, url);
  assert.equal(runtime.pid, child.pid);

  const end = await connect(link, 'Ada');
  assert.equal(end.status, 200);
  const token = await invoke(url, 'get-token', { owner: 'demo', provider: 'demo' });
  assert.equal(token.status, 'ok', JSON.stringify(token));
  assert.equal(token.account, 'ada');
  const info = await fetch(`http://127.0.0.1:${port + 1}/me`, {
    headers: { authorization: `Bearer ${token.accessToken}` },
  });
  assert.equal(((await info.json()) as { name: string }).name, 'Ada');

  child.kill('SIGTERM');
  assert.equal(await ended, 0, output.stderr);
  assert.equal(output.stdout.split('\n').length, 3);
  await assert.rejects(stat(join(data, 'runtime.json')), { code: 'ENOENT' });
});

test('connections outlive a run that was killed', async (t) => {
  const data = join(await temporaryFolder(t), 'data');
  const options = ['--port', `${await freePortPair()}`, '--data', data];
  const first = startCommand(t, options);
  const [ready = '', invitation = ''] = await first.lines(2);
  const url = ready.slice('Ready '.length);
  await connect(/http:\S+$/.exec(invitation)![0], 'ada');
  first.child.kill('SIGKILL');
  assert.equal(await first.ended, 'SIGKILL');

  const second = startCommand(t, options);
  await second.lines(2);
  const { connections } = await invoke(url, 'list-connections', { owner: 'demo' });
  assert.deepEqual(
    connections.map(({ account }: { account: string }) => account),
    ['ada'],
  );
  const request = { owner: 'demo', provider: 'demo', minValiditySeconds: 3590 };
  const token = await invoke(url, 'get-token', request);
  assert.equal(token.status, 'ok', JSON.stringify(token));
  second.child.kill('SIGINT');
  assert.equal(await second.ended, 0, second.output.stderr);
});

test('what keeps it from starting is one clear line, and exit status 1', async (t) => {
  const folder = await temporaryFolder(t);
  const port = await freePortPair();
  const wrong = join(folder, 'wrong.json');
  await writeFile(wrong, '{"context":{"token-capture":{"providers":["nobody"]}}}');
  const file = join(folder, 'file');
  await writeFile(file, '');
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(port + 1, '127.0.0.1', resolve));
  t.after(() => taken.close());
  const data = ['--data', join(folder, 'data')];

  const cases: [string[], RegExp][] = [
    [[...data, '--port', 'abc'], /--port.*Expected a number/],
    [[...data, '--port', '65535'], /--port.*Expected a number/],
    [[...data, '--port', `${port + 1}`], new RegExp(`port ${port + 1} is taken`)],
    [[...data, '--port', `${port}`], new RegExp(`port ${port + 1} is taken`)],
    [['--port', `${port}`, '--data', file], /cannot write to the data folder/],
    [[...data, '--port', `${port}`, '--config', join(folder, 'none.json')], /none\.json/],
    [[...data, '--port', `${port}`, '--config', wrong], /providers\.0.*"nobody"/],
    [[...data, '--nonsense'], /unknown option/],
  ];
  if (process.getuid?.() !== 0) {
    const closed = join(folder, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o500);
    cases.push([
      ['--port', `${port}`, '--data', join(closed, 'x')],
      /cannot write to the data folder/,
    ]);
  }
  for (const [options, message] of cases) {
    const { output, ended } = startCommand(t, options);
    assert.equal(await ended, 1, options.join(' '));
    assert.match(output.stderr, message);
    assert.equal(output.stderr.trim().split('\n').length, 1, output.stderr);
    assert.equal(output.stdout, '');
  }
});

test('--help names the options', async (t) => {
  const { output, ended } = startCommand(t, ['--help']);
  assert.equal(await ended, 0);
  for (const option of ['--port', '--data', '--config']) assert.ok(output.stdout.includes(option));
});
