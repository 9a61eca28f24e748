import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { InvalidProviderResponse, ProviderUnavailable } from '../../shared/errors.ts';
import { makeHttpClient } from '../../shared/oauth/http-client.ts';

const local = makeHttpClient(true, { deadlineMilliseconds: 300, bodyBytes: 1_000 });

async function serve(t: TestContext, listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const get = (url: string) => local({ method: 'GET', url, headers: {} });

test('without leave for loopback, nothing but https to a public address is asked', async (t) => {
  let asked = 0;
  const base = await serve(t, (_, response) => {
    asked += 1;
    response.end('{}');
  });
  const { port } = new URL(base);
  const client = makeHttpClient(false);
  for (const url of [
    base,
    `https://127.0.0.1:${port}/`,
    `https://2130706433:${port}/`,
    `https://0x7f000001:${port}/`,
    `https://[::1]:${port}/`,
    `https://[::ffff:127.0.0.1]:${port}/`,
    `https://localhost:${port}/`,
    'https://169.254.169.254/latest/meta-data/',
    'https://[fd00:ec2::254]/latest/meta-data/',
    'https://10.0.0.1/',
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
  ]) {
    await assert.rejects(client({ method: 'GET', url, headers: {} }), InvalidProviderResponse, url);
  }
  assert.equal(asked, 0);
});

test('leave for loopback is leave for nothing else', async () => {
  for (const url of ['http://10.0.0.1/', 'http://169.254.169.254/', 'http://example.com/']) {
    await assert.rejects(get(url), InvalidProviderResponse, url);
  }
});

test('a name is refused by the address that is connected to', async () => {
  // "localhost" resolves by the machine itself, as a public name may resolve to a private address.
  await assert.rejects(
    makeHttpClient(false)({ method: 'GET', url: 'https://localhost/', headers: {} }),
    /an address that is not public/,
  );
});

test('redirects are answers', async (t) => {
  const base = await serve(t, (_, response) =>
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
  );
  assert.equal((await get(base)).status, 302);
});

test('an answer beyond the cap is cut off, told or not', async (t) => {
  let sent = 0;
  const base = await serve(t, (_, response) => {
    const more = () => {
      sent += 100;
      response.write('x'.repeat(100));
      if (!response.destroyed && sent < 10_000_000) setImmediate(more);
    };
    more();
  });
  await assert.rejects(get(base), /answer over 1000 bytes/);
  assert.ok(sent < 10_000_000);
});

test('a compressed answer is not unpacked', async (t) => {
  const base = await serve(t, (_, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync('x'.repeat(100_000)));
  });
  assert.ok((await get(base)).body.length < 1_000);
});

test('a server that never answers, or drips, is left at the deadline', async (t) => {
  const silent = await serve(t, () => {});
  const dripping = await serve(t, (_, response) => {
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  });
  for (const base of [silent, dripping]) {
    const start = performance.now();
    await assert.rejects(get(base), (error) => {
      assert.ok(error instanceof ProviderUnavailable);
      return /within 300 ms/.test(error.message);
    });
    assert.ok(performance.now() - start < 1_500);
  }
});

test('an answer that breaks off, and a server that is not there', async (t) => {
  const base = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{');
    setTimeout(() => response.destroy(), 10);
  });
  await assert.rejects(get(base), ProviderUnavailable);
  await assert.rejects(get('http://127.0.0.1:1/'), ProviderUnavailable);
});

test('a name that does not resolve is a provider that is not reached', async () => {
  const client = makeHttpClient(false);
  await assert.rejects(
    client({ method: 'GET', url: 'https://no-such-host.invalid/', headers: {} }),
    ProviderUnavailable,
  );
});

test('neither query nor body is in a message', async () => {
  const url = 'http://127.0.0.1:1/token?access_token=hush';
  const request = { method: 'POST' as const, url, headers: {}, body: 'client_secret=hush' };
  await assert.rejects(local(request), (error: Error) => !error.message.includes('hush'));
});

test('a request is sent whole, with the headers that were given', async (t) => {
  const base = await serve(t, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    response.end(JSON.stringify({ method: request.method, headers: request.headers, body }));
  });
  const headers = { 'Content-Type': 'text/plain', 'user-agent': 'mine' };
  const answer = await local({ method: 'DELETE', url: base, headers, body: 'é' });
  const seen = JSON.parse(answer.body);
  assert.equal(seen.method, 'DELETE');
  assert.equal(seen.body, 'é');
  assert.equal(seen.headers['content-type'], 'text/plain');
  assert.equal(seen.headers['content-length'], '2');
  assert.equal(seen.headers['user-agent'], 'mine');
  assert.equal(seen.headers.accept, 'application/json');
});

test('a connection that the server closed while this process slept fails no request', async (t) => {
  const server = createNetServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
      setTimeout(() => socket.destroy(), 30);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (let round = 0; round < 5; round += 1) {
    assert.equal((await get(`http://127.0.0.1:${port}/`)).status, 200);
    // The answer to the next request meets the end of the connection, as after a function was frozen.
    await new Promise((resolve) => setTimeout(resolve, 28 + round));
  }
});
