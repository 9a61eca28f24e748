import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { runTool } from '../support/cli.ts';
import { makeFaultProxy } from '../support/fault-proxy.ts';
import { clientConfig, filesBelow } from '../support/local.ts';
import { CookieBrowser } from '../support/local-browser.ts';
import { type Product, productForSuite } from '../support/product.ts';

const HOME = 'http://localhost:9/app';

/** Values that must be nowhere, by what they are; each has characters that encodings change. */
const canaries = new Map<string, string>();
function canary(what: string): string {
  const value = `c+${randomBytes(15).toString('hex')}/~=`;
  canaries.set(`${what} ${canaries.size}`, value);
  return value;
}

/** What a text would be, wherever in a longer one it stands: hexadecimal, base64, for URLs, for forms. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // Three bytes make four letters: at each offset, without the letters that neighbours share.
  const inBase64 = [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const from = Math.ceil((offset * 4) / 3);
    const length = Math.floor((shifted.length * 8) / 6) - from - 1;
    return (['base64', 'base64url'] as const).map((encoding) =>
      shifted.toString(encoding).slice(from, from + length),
    );
  });
  const inUrl = encodeURIComponent(value);
  return [
    value,
    ...inBase64,
    inUrl,
    encodeURIComponent(inUrl),
    new URLSearchParams({ '': value }).toString().slice(1),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    JSON.stringify(value).slice(1, -1),
  ];
}

/** Answers with all that it was told, and with tokens while it is `good`. */
let mood: { status: number; error: string } | 'good' | 'garbled' = 'good';
const paths: string[] = [];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  paths.push(request.url ?? '');
  const verifier = form.get('code_verifier');
  if (verifier !== null) canaries.set(`verifier ${canaries.size}`, verifier);
  const heard = `${JSON.stringify(Object.fromEntries(form))} ${request.headers.authorization}`;
  const isJson = mood !== 'garbled';
  const answer = (status: number, body: unknown) =>
    response
      .writeHead(status, { 'content-type': isJson ? 'application/json' : 'text/html' })
      .end(isJson ? JSON.stringify(body) : `<p>${heard}`);
  if (mood === 'garbled') return void answer(200, {});
  if (mood !== 'good') {
    return void answer(mood.status, {
      error: mood.error === 'all' ? heard : mood.error,
      error_description: heard,
      error_uri: `https://x.example/?${heard}`,
      [heard]: heard,
    });
  }
  if (request.url === '/me') return void answer(200, { id: 7, name: 'Ada' });
  if (request.url === '/revoke') return void answer(200, {});
  answer(200, {
    access_token: canary('access token'),
    refresh_token: canary('refresh token'),
    id_token_hint: canary('what else the token response holds'),
    token_type: 'bearer',
    expires_in: 3_600,
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const proxy = makeFaultProxy();

describe('canary secrets', () => {
  const suite = productForSuite({
    proxy,
    configuration: () => ({
      returnUrls: [HOME],
      providers: [
        {
          id: 'echo',
          authorizationUrl: `${origin}/authorize`,
          tokenUrl: `${origin}/token`,
          userInfoUrl: `${origin}/me`,
          revocationUrl: `${origin}/revoke`,
          account: 'id',
        },
      ],
    }),
  });
  /** All that anybody gets to see, by where. */
  const seen: [where: string, text: string][] = [];
  let product: Product;
  before(async () => {
    product = suite();
    await product.setSecret('echo', { client_id: 'id', client_secret: canary('client secret') });
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Invokes; the answer, or the error, is seen, but for what it is there to hand out. */
  async function invoke(name: string, request: unknown, handsOut?: string) {
    try {
      const answer = await product.invoke(name, request);
      const { [handsOut ?? '']: _, ...rest } = answer;
      seen.push([`the answer of ${name}`, JSON.stringify(rest)]);
      return answer;
    } catch (error) {
      const { name: type, message, stack } = error as Error;
      seen.push([`the error of ${name}`, `${type} ${message} ${stack}`]);
      return {};
    }
  }
  const getToken = (owner: string, more = {}) =>
    invoke('get-token', { owner, provider: 'echo', ...more }, 'accessToken');
  const freshToken = (owner: string) => getToken(owner, { minValiditySeconds: 7_200 });
  const disconnect = (owner: string) =>
    invoke('disconnect', { owner, provider: 'echo', account: '7' });

  async function see(response: Response, where: string): Promise<URL | undefined> {
    seen.push([`the page of ${where}`, await response.text()]);
    const location = response.headers.get('location');
    for (const cookie of response.headers.getSetCookie()) {
      const value = /^[^=]+=([^;]*)/.exec(cookie)![1]!;
      if (value !== '') canaries.set(`cookie ${canaries.size}`, value);
    }
    if (location === null) return undefined;
    const url = new URL(location, product.url);
    // The code is for the application that the browser comes home to.
    url.searchParams.delete('connect_code');
    seen.push([`where ${where} leads`, url.href]);
    return new URL(location, product.url);
  }

  /** A walk to the provider; what its callback is asked with, and where it leads. */
  async function walk(owner: string, query: (state: string) => string, confirm = false) {
    const browser = new CookieBrowser();
    const request = { owner, providers: ['echo'], ...(confirm && { confirm, returnUrl: HOME }) };
    const url = String((await invoke('create-connect-session', request, 'url'))['url']);
    canaries.set(`session ${canaries.size}`, new URL(url).searchParams.get('session')!);
    const off = await see(await browser.go(url), 'authorize');
    const callback = `${product.url}/echo/callback?${query(off!.searchParams.get('state')!)}`;
    const home = await see(await browser.go(callback), 'callback');
    await see(await browser.go(callback), 'a second callback');
    await see(await browser.go(`${product.url}/connect`), 'connect');
    return home;
  }
  const withCode = (state: string) =>
    new URLSearchParams({ state, code: canary('authorization code') }).toString();

  /** Every mood that a provider can be in, one after the other. */
  const MOODS: (typeof mood)[] = [
    { status: 400, error: 'all' },
    { status: 400, error: 'invalid_request' },
    { status: 401, error: 'invalid_client' },
    { status: 500, error: 'server_error' },
    'garbled',
    { status: 400, error: 'invalid_grant' },
  ];
  async function inEveryMood(run: (index: number) => Promise<unknown>) {
    for (const [index, each] of MOODS.entries()) {
      mood = each;
      await run(index);
    }
    mood = 'good';
  }

  async function tool(...argv: string[]) {
    const ran = await runTool([...argv, '--local', '--data', product.dataDirectory]);
    seen.push([`token-capture ${argv[0]} ${argv[1]}`, `${ran.stdout} ${ran.stderr}`]);
  }

  /** The table as it is, sealed values byte for byte. */
  async function rows(): Promise<string> {
    const db = new DynamoDBClient(clientConfig(product.endpoint));
    const { Items = [] } = await db.send(new ScanCommand({ TableName: 'TokenCapture' }));
    return JSON.stringify(Items, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
  }
  async function look() {
    seen.push(['the table', await rows()]);
    for (const { path, text } of filesBelow(product.dataDirectory)) seen.push([path, text]);
  }

  test('row 21: no secret comes out on any path, into any sink, in any form', async () => {
    // Captured, used, refreshed, confirmed.
    await walk('ada', withCode);
    await getToken('ada');
    await freshToken('ada');
    await walk('ada', withCode);
    await invoke('list-connections', { owner: 'ada' });
    const home = await walk('grace', withCode, true);
    const connectCode = home!.searchParams.get('connect_code')!;
    canaries.set('connect code', connectCode);
    await look();
    await invoke('complete-connect', { owner: 'nobody', connectCode });
    await invoke('complete-connect', { owner: 'grace', connectCode });

    // Requests that are wrong, with a secret where something else belongs.
    const stray = canary('a value of a wrong request');
    for (const more of [{ account: [stray] }, { rejectedToken: [stray] }, { provider: stray }]) {
      await getToken('ada', more);
    }
    await getToken('ada', { rejectedToken: stray });
    await invoke('complete-connect', { owner: 'ada', connectCode: [stray] });
    await invoke('list-connections', { owner: 'ada', nextToken: stray });
    await walk('ada', (state) => `${withCode(state)}&error=${encodeURIComponent(stray)}`);
    await walk('ada', () => withCode(canary('state')));
    await walk(
      'ada',
      (state) => `state=${state}&error=server_error&error_description=${encodeURIComponent(stray)}`,
    );

    // A provider that says back all that it was told: at the exchange, a refresh, a revocation.
    await inEveryMood((index) => walk(`exchange-${index}`, withCode));
    await inEveryMood(async (index) => {
      const now = mood;
      mood = 'good';
      await walk(`refresh-${index}`, withCode);
      mood = now;
      await freshToken(`refresh-${index}`);
      await disconnect(`refresh-${index}`);
    });

    // AWS in trouble: a pair goes to the spool, and what cannot be sealed or opened fails.
    await walk('spooled', withCode);
    proxy.fate = ({ target, body }) =>
      target.endsWith('UpdateItem') && body.includes('refreshTokenExpiresAt') ? 'throttle' : 'pass';
    await freshToken('spooled');
    await look();
    proxy.fate = ({ target }) => (target.startsWith('TrentService') ? 'down' : 'pass');
    await getToken('spooled');
    await walk('unsealed', withCode);
    proxy.fate = () => 'pass';

    // The operator's tool.
    await tool('providers', 'list');
    await tool('providers', 'check', 'echo');
    await tool('connections', 'list', '--owner', 'ada');
    await tool('token', 'get', '--owner', 'ada', '--provider', 'echo');
    await tool('reseal', '--all');
    await tool('disable', '--owner', 'ada', '--reason', 'test');
    await tool('enable', '--owner', 'ada');
    await tool('dead-letters', 'list');
    mood = { status: 500, error: 'server_error' };
    await tool('connections', 'erase', '--owner', 'ada', '--yes');
    mood = 'good';
    await tool('connections', 'erase', '--owner', 'ada', '--yes');

    await look();
    seen.push(['the log', product.logs.join('\n')]);
    seen.push(['the URLs that the provider was asked at', paths.join('\n')]);
    for (const sink of ['events.jsonl', 'stream.jsonl', 'queues.json', 'dynamodb', 'the page of']) {
      assert.ok(
        seen.some(([where]) => where.includes(sink)),
        `${sink} was not looked into`,
      );
    }
    assert.match(product.logs.join('\n'), /a refreshed pair was spooled/);
    assert.ok(canaries.size > 50, `${canaries.size} secrets`);

    for (const [what, value] of canaries) {
      const forms = formsOf(value);
      for (const [where, text] of seen) {
        // The local run's Secrets Manager.
        if (what.startsWith('client secret') && where.endsWith('secrets.json')) continue;
        const form = forms.findIndex((each) => text.includes(each));
        assert.equal(form, -1, `${what} is in ${where}, in form ${form}`);
      }
    }
  });
});
