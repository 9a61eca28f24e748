import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BackgroundOptions } from '../../infra/local/background.ts';
import { type RawRequest, rawRequest, signed, startTestLocal } from '../support/local.ts';

const routes = [
  { method: 'GET', path: '/connect', functionName: 'page' },
  { method: 'POST', path: '/{provider}/callback', functionName: 'page' },
];
const functions = {
  page: { aliases: ['a'], handler: () => ({ statusCode: 200, body: 'page' }) },
};

const background: BackgroundOptions = { queues: [{ name: 'work' }] };

/** One request per AWS port, each of which is served when nothing is wrong with it. */
const doors: { name: string; path: string; headers: Record<string, string>; body: string }[] = [
  {
    name: 'lambda',
    path: '/2015-03-31/functions/TokenCapture-page/invocations',
    headers: signed(),
    body: '{}',
  },
  {
    name: 'dynamodb',
    path: '/',
    headers: {
      ...signed('DynamoDB_20120810.ListTables'),
      'content-type': 'application/x-amz-json-1.0',
    },
    body: '{}',
  },
  { name: 'secrets manager', path: '/', headers: signed('secretsmanager.ListSecrets'), body: '{}' },
  {
    name: 'kms',
    path: '/',
    headers: signed('TrentService.DescribeKey'),
    body: '{"KeyId":"alias/token-capture"}',
  },
  {
    name: 'sqs',
    path: '/000000000000/work',
    headers: signed('AmazonSQS.GetQueueUrl'),
    body: '{"QueueName":"work"}',
  },
  {
    name: 'eventbridge',
    path: '/',
    headers: signed('AWSEvents.PutEvents'),
    body: '{"Entries":[{}]}',
  },
];

test('every AWS port serves a signed request, without a CORS header', async (t) => {
  const { endpoint } = await startTestLocal(t, { routes, functions, background });
  for (const { name, path, headers, body } of doors) {
    const answer = await rawRequest(endpoint + path, { method: 'POST', headers, body });
    assert.equal(answer.status, 200, `${name}: ${answer.body}`);
    assertNoCors(answer.headers);
  }
});

test('no web page reaches an AWS port', async (t) => {
  const { endpoint, port } = await startTestLocal(t, { routes, functions, background });
  const attacks: [string, (door: (typeof doors)[number]) => RawRequest & { query?: string }][] = [
    ['Origin', ({ headers }) => ({ headers: { ...headers, origin: `http://localhost:${port}` } })],
    ['Origin null', ({ headers }) => ({ headers: { ...headers, origin: 'null' } })],
    ['Sec-Fetch-Site', ({ headers }) => ({ headers: { ...headers, 'sec-fetch-site': 'none' } })],
    [
      'a rebound name',
      ({ headers }) => ({ headers: { ...headers, host: `evil.example:${port}` } }),
    ],
    [
      'a name that ends alike',
      ({ headers }) => ({ headers: { ...headers, host: `x.localhost:${port}` } }),
    ],
    ['another port', ({ headers }) => ({ headers: { ...headers, host: 'localhost:1' } })],
    ['no port', ({ headers }) => ({ headers: { ...headers, host: 'localhost' } })],
    ['no signature', ({ headers: { authorization: _, ...headers } }) => ({ headers })],
    ['a bearer token', ({ headers }) => ({ headers: { ...headers, authorization: 'Bearer x' } })],
    ['a signature in the query', ({ headers }) => ({ headers, query: '?X-Amz-Signature=0' })],
    [
      'a presigned address',
      ({ headers }) => ({ headers, query: '?x-amz-algorithm=AWS4-HMAC-SHA256' }),
    ],
    ['a preflight', ({ headers }) => ({ method: 'OPTIONS', headers })],
    [
      "a browser's preflight",
      ({ headers }) => ({
        method: 'OPTIONS',
        headers: {
          origin: 'https://evil.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': Object.keys(headers).join(','),
        },
      }),
    ],
  ];
  // As the SDK sends it, and as a form could.
  const untargeted = { name: 'queue', path: '/000000000000/callback', headers: signed(), body: '' };
  for (const door of [...doors, untargeted]) {
    for (const [what, attack] of attacks) {
      const { query = '', ...request } = attack(door);
      const body = request.method === 'OPTIONS' ? '' : door.body;
      const answer = await rawRequest(endpoint + door.path + query, {
        method: 'POST',
        body,
        ...request,
      });
      assert.equal(answer.status, 403, `${door.name}, ${what}`);
      assert.match(JSON.parse(answer.body).__type, /Exception$/);
      assertNoCors(answer.headers);
    }
  }
});

test('each of the three names of the server is served', async (t) => {
  const { port } = await startTestLocal(t, { routes, functions });
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    const { status } = await rawRequest(`http://127.0.0.1:${port}/connect`, {
      headers: { host: `${host}:${port}` },
    });
    assert.equal(status, 200, host);
  }
});

test("the browser's routes keep the exact Host and take what browsers send", async (t) => {
  const { endpoint, port } = await startTestLocal(t, { routes, functions });
  const rebound = { headers: { host: `evil.example:${port}` } };
  assert.equal((await rawRequest(`${endpoint}/connect`, rebound)).status, 403);
  const page = { headers: { origin: 'https://a.example', 'sec-fetch-site': 'cross-site' } };
  assert.equal((await rawRequest(`${endpoint}/connect`, page)).status, 200);
});

test('a target that nobody serves is UnknownOperationException', async (t) => {
  const { endpoint } = await startTestLocal(t, { routes, functions });
  for (const target of [
    'TrentService.ScheduleKeyDeletion',
    'secretsmanager.constructor',
    'x.y',
    'none',
  ]) {
    const answer = await rawRequest(endpoint, {
      method: 'POST',
      headers: signed(target),
      body: '{}',
    });
    assert.equal(answer.status, 400, target);
    assert.equal(JSON.parse(answer.body).__type, 'UnknownOperationException');
  }
  const bare = await rawRequest(endpoint, { method: 'POST', headers: signed(), body: '{}' });
  assert.equal(JSON.parse(bare.body).__type, 'UnknownOperationException');
});

test('a body over the cap is refused', async (t) => {
  const { endpoint } = await startTestLocal(t, {
    routes: [{ ...routes[0]!, method: 'POST' }],
    functions,
  });
  const mebibyte = 'x'.repeat(1024 * 1024);
  const connect = `${endpoint}/connect`;
  assert.equal((await rawRequest(connect, { method: 'POST', body: mebibyte })).status, 200);
  const large = { method: 'POST', body: `${mebibyte}x` };
  assert.equal((await rawRequest(connect, large)).status, 413);
  const chunked = { ...large, headers: { 'transfer-encoding': 'chunked' } };
  assert.equal((await rawRequest(connect, chunked)).status, 413);
  const aws = {
    method: 'POST',
    headers: signed('secretsmanager.ListSecrets'),
    body: mebibyte.repeat(7),
  };
  assert.equal((await rawRequest(endpoint, aws)).status, 413);
});

function assertNoCors(headers: object): void {
  const found = Object.keys(headers).filter((name) => name.startsWith('access-control-'));
  assert.deepEqual(found, []);
}
