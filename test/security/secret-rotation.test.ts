import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { CookieBrowser } from '../support/local-browser.ts';
import { type Product, productForSuite } from '../support/product.ts';

/** A provider that knows these secrets, and gives a new token at each exchange and refresh. */
const known = new Set(['first']);
let issued = 0;
let refused = 0;
const server = createServer(async (request, response) => {
  for await (const _ of request);
  const [, secret] = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64')
    .toString()
    .split(':');
  const json = (status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.url === '/me') return void json(200, { id: 7 });
  if (!known.has(secret ?? '')) {
    refused++;
    return void json(401, { error: 'invalid_client' });
  }
  const id = issued++;
  json(200, {
    ...{ access_token: `access-${id}`, refresh_token: `refresh-${id}` },
    ...{ token_type: 'bearer', expires_in: 3_600 },
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('rotation of a client secret', () => {
  const suite = productForSuite({
    configuration: () => ({
      providers: [
        {
          id: 'strict',
          authorizationUrl: `${origin}/authorize`,
          tokenUrl: `${origin}/token`,
          userInfoUrl: `${origin}/me`,
          account: 'id',
          clientAuthentication: 'client_secret_basic',
        },
      ],
    }),
  });
  let product: Product;
  before(() => {
    product = suite();
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const store = (client_secret: string) =>
    product.setSecret('strict', { client_id: 'id', client_secret });

  async function connect(owner: string): Promise<void> {
    const browser = new CookieBrowser();
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner,
      providers: ['strict'],
    });
    const off = new URL((await browser.go(url)).headers.get('location')!);
    const callback = `${product.url}/strict/callback?state=${off.searchParams.get('state')}&code=c`;
    const home = (await browser.go(callback)).headers.get('location');
    assert.match(String(home), /status=connected/);
  }

  /** Has to refresh: no token of this provider lives so long. */
  async function refresh(owner: string): Promise<string> {
    const request = { owner, provider: 'strict', minValiditySeconds: 7_200 };
    const answer = await product.invoke('get-token', request);
    assert.equal(answer['status'], 'ok', JSON.stringify(answer));
    return String(answer['accessToken']);
  }

  test('row 41: rotated under load, in either order, nobody is refused', async () => {
    await store('first');
    const owners = ['a', 'b', 'c', 'd'];
    for (const owner of owners) await connect(owner);
    let goesOn = true;
    let done = 0;
    const refreshing = owners.map(async (owner) => {
      let before = '';
      while (goesOn) {
        const token = await refresh(owner);
        // A stored token that is served because the refresh failed would be the same again.
        assert.notEqual(token, before);
        before = token;
        done++;
      }
    });
    const connecting = (async () => {
      for (let i = 0; goesOn; i++) {
        await connect(`new-${i}`);
        done++;
      }
    })();
    const load = Promise.all([...refreshing, connecting]).finally(() => {
      goesOn = false;
    });
    /** Every step is met by calls of every kind. */
    const more = (calls = done + 10) => eventually(() => !goesOn || done >= calls, 60);
    const steps = async () => {
      // The provider knows both for a while.
      known.add('second');
      await more();
      await store('second');
      await more();
      known.delete('first');
      await more();
      // Stored before the provider knows it, which then forgets the old one at once.
      await store('third');
      await more();
      known.add('third').delete('second');
      await more();
      goesOn = false;
    };
    await Promise.all([load, steps()]);
    assert.ok(refused > 0, 'no function held a secret that the provider did not know');
  });
});
