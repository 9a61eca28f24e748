import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type RawRequest, rawRequest, startTestLocal } from '../support/local.ts';

const routes = [
  { method: 'GET', path: '/connect', functionName: 'echo' },
  { method: 'GET', path: '/{provider}/authorize', functionName: 'echo' },
  { method: 'POST', path: '/{provider}/callback', functionName: 'echo' },
];

async function makeEcho(t: Parameters<typeof startTestLocal>[0]) {
  const functions = { echo: { aliases: [], handler: (event: unknown) => ({ event }) } };
  const { endpoint, port } = await startTestLocal(t, { routes, functions });
  const send = async (path: string, request: RawRequest = {}): Promise<APIGatewayProxyEventV2> => {
    const answer = await rawRequest(endpoint + path, request);
    assert.equal(answer.status, 200, answer.body);
    return JSON.parse(answer.body).event;
  };
  return { send, endpoint, port };
}

async function answerOf(t: Parameters<typeof startTestLocal>[0], handler: () => unknown) {
  const functions = { echo: { aliases: [], timeoutSeconds: 0.05, handler } };
  const { endpoint } = await startTestLocal(t, { routes, functions });
  return await rawRequest(`${endpoint}/connect`);
}

test('a request becomes an event of payload format 2.0', async (t) => {
  const { send, port } = await makeEcho(t);
  const event = await send('/git%20hub/authorize?s=1&a=x%2By&a=b+c&e=', {
    headers: { 'User-Agent': 'ua', 'X-Two': ['1', '2'], Cookie: 'a=1; b=2' },
  });
  assert.equal(event.version, '2.0');
  assert.equal(event.routeKey, 'GET /{provider}/authorize');
  assert.equal(event.rawPath, '/git hub/authorize');
  assert.equal(event.rawQueryString, 's=1&a=x%2By&a=b+c&e=');
  assert.deepEqual(event.queryStringParameters, { s: '1', a: 'x+y,b c', e: '' });
  assert.deepEqual(event.pathParameters, { provider: 'git hub' });
  assert.deepEqual(event.cookies, ['a=1', 'b=2']);
  assert.equal(event.headers['x-two'], '1,2');
  assert.equal(event.headers['host'], `127.0.0.1:${port}`);
  assert.equal(event.headers['x-forwarded-proto'], 'http');
  assert.equal(event.headers['cookie'], undefined);
  assert.equal(event.body, undefined);
  assert.equal(event.isBase64Encoded, false);
  const { http, time, timeEpoch, ...context } = event.requestContext;
  assert.deepEqual(http, {
    method: 'GET',
    path: '/git hub/authorize',
    protocol: 'HTTP/1.1',
    sourceIp: '127.0.0.1',
    userAgent: 'ua',
  });
  assert.match(time, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  assert.ok(Math.abs(Date.now() - timeEpoch) < 5000);
  assert.equal(context.stage, '$default');
  assert.equal(context.accountId, '000000000000');
  assert.equal(context.domainName, '127.0.0.1');
  assert.equal(context.routeKey, event.routeKey);
});

test('a request without query, cookies and path parameters has no such fields', async (t) => {
  const { send } = await makeEcho(t);
  const event = await send('/connect');
  assert.equal(event.rawQueryString, '');
  for (const field of ['queryStringParameters', 'cookies', 'pathParameters', 'body']) {
    assert.ok(!Object.hasOwn(event, field), field);
  }
});

test('text bodies arrive as text, every other in base64', async (t) => {
  const { send } = await makeEcho(t);
  const post = (type: string | undefined, body: string) =>
    send('/p/callback', {
      method: 'POST',
      body,
      headers: { ...(type && { 'content-type': type }) },
    });
  for (const type of ['text/plain', 'application/json; charset=utf-8', 'application/xml']) {
    const event = await post(type, 'grüße');
    assert.deepEqual([event.body, event.isBase64Encoded], ['grüße', false], type);
  }
  for (const type of ['application/x-www-form-urlencoded', 'application/octet-stream', undefined]) {
    const event = await post(type, 'code=1&state=2');
    const encoded = Buffer.from('code=1&state=2').toString('base64');
    assert.deepEqual([event.body, event.isBase64Encoded], [encoded, true], type);
  }
});

test('what no route names is the 404 of an HTTP API, HEAD on a GET route included', async (t) => {
  const { endpoint } = await makeEcho(t);
  for (const [method, path] of [
    ['GET', '/'],
    ['GET', '/nowhere'],
    ['GET', '/connect/'],
    ['GET', '//authorize'],
    ['GET', '/a/b/authorize'],
    ['GET', '/%ff/authorize'],
    ['GET', '/p/callback'],
    ['POST', '/connect'],
    ['OPTIONS', '/connect'],
  ] as const) {
    const answer = await rawRequest(endpoint + path, { method });
    assert.equal(answer.status, 404, `${method} ${path}`);
    assert.equal(answer.body, '{"message":"Not Found"}');
  }
  assert.equal((await rawRequest(`${endpoint}/connect`, { method: 'HEAD' })).status, 404);
});

test('status, headers, cookies and body of an answer reach the browser', async (t) => {
  const answer = await answerOf(t, () => ({
    statusCode: 303,
    headers: { Location: '/connect?s=1', 'X-N': 1 },
    cookies: ['a=1; Path=/', 'b=2'],
    body: Buffer.from('grüße').toString('base64'),
    isBase64Encoded: true,
  }));
  assert.equal(answer.status, 303);
  assert.equal(answer.headers['location'], '/connect?s=1');
  assert.equal(answer.headers['x-n'], '1');
  assert.deepEqual(answer.headers['set-cookie'], ['a=1; Path=/', 'b=2']);
  assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
  assert.equal(answer.body, 'grüße');
});

test('an answer without statusCode is the JSON body of a 200', async (t) => {
  const answer = await answerOf(t, () => ({ a: 1 }));
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.equal(answer.body, '{"a":1}');
});

test('a function that throws, hangs or answers nonsense is a 500 that says nothing', async (t) => {
  t.mock.method(console, 'error', () => undefined);
  const bad = [
    () => {
      throw new Error('secret');
    },
    () => new Promise(() => {}),
    () => ({ statusCode: 'x' }),
    () => ({ statusCode: 200, body: { a: 1 } }),
    () => ({ statusCode: 200, headers: { location: 'a\r\nset-cookie: b' } }),
    () => ({ statusCode: 200, cookies: 'a=1' }),
  ];
  for (const handler of bad) {
    const answer = await answerOf(t, handler);
    assert.equal(answer.status, 500, String(handler));
    assert.equal(answer.body, '{"message":"Internal Server Error"}');
  }
});
