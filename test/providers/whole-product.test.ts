import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { catalog } from '../../shared/providers/catalog.ts';
import type { ProviderEntry } from '../../shared/providers/provider.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import { clientConfig } from '../support/local.ts';
import { CookieBrowser } from '../support/local-browser.ts';
import { type Product, startProduct } from '../support/product.ts';
import { decidedBrowser } from './capture.ts';
import { FakeVendor } from './fake-vendor.ts';
import type { VendorFixture } from './fixture.ts';
import { fixtures, nameOf } from './fixtures/index.ts';

interface Connected {
  status: string;
  accessToken: string;
  scopes: string[];
  expiresAt: string | null;
  account: string;
  instance?: Record<string, string>;
}

const idOf = (fixture: VendorFixture) =>
  nameOf(fixture)
    .replaceAll(/[^a-z]+/g, '-')
    .replace(/-$/, '');

describe('the whole product at every vendor', () => {
  const fakes = new Map<string, FakeVendor>();
  const endings: (() => unknown)[] = [];
  let product: Product;

  before(async () => {
    const suite = { after: (end: unknown) => void endings.push(end as () => unknown) } as Pick<
      TestContext,
      'after'
    >;
    const providers: ProviderEntry[] = [];
    for (const fixture of fixtures) {
      const fake = await new FakeVendor(fixture).start(suite);
      fakes.set(idOf(fixture), fake);
      const entry = resolveProvider(catalog[fixture.id], catalog, fixture.id);
      providers.push({
        id: idOf(fixture),
        extends: fixture.id,
        ...fake.endpoints(entry),
        ...(entry.issuer !== undefined && { issuer: entry.issuer }),
      });
    }
    product = await startProduct(suite, {
      configuration: () => ({ providers }),
      background: ({ stream: _stream, ...rest }) => rest,
    });
    for (const [id, { fixture }] of fakes) await product.setSecret(id, fixture.client);
  });

  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  /** A person connects; gives the outcome that the page is told. */
  async function connect(id: string, owner: string): Promise<string | null> {
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner,
      providers: [id],
      ...(fakes.get(id)!.fixture.values && { values: fakes.get(id)!.fixture.values }),
    });
    const browser = new CookieBrowser();
    const off = await browser.go(url);
    assert.equal(off.status, 303, await off.text());
    const authorizationUrl = new URL(off.headers.get('location')!);
    const callback = await decidedBrowser(authorizationUrl);
    const back = new URL(authorizationUrl.searchParams.get('redirect_uri')!);
    const done = await (fakes.get(id)!.fixture.authorization.callback === 'form_post'
      ? postedBack(browser, back, callback)
      : browser.go(`${back.href}?${callback}`));
    assert.equal(done.status, 303, await done.text());
    return new URL(done.headers.get('location')!).searchParams.get('status');
  }

  const getToken = (id: string, owner: string, more = {}) =>
    product.invoke<Connected>('get-token', { owner, provider: id, ...more });

  for (const fixture of fixtures) {
    const id = idOf(fixture);
    const { expected, refresh, refreshExchange, revocation } = fixture;

    test(`${nameOf(fixture)}: connect, token, refresh, disconnect`, async () => {
      const fake = fakes.get(id)!;
      const owner = `owner-of-${id}`;
      assert.equal(await connect(id, owner), 'connected', product.logs.at(-1));

      const { connections } = await product.invoke<{ connections: Record<string, unknown>[] }>(
        'list-connections',
        { owner },
      );
      assert.equal(connections.length, 1);
      assert.equal(connections[0]!['account'], expected.profile.account);
      assert.equal(connections[0]!['name'], expected.profile.name ?? null);

      const first = await getToken(id, owner);
      assert.equal(first.status, 'ok', JSON.stringify(first));
      assert.equal(first.accessToken, fake.lastGrant.accessToken);
      const names = Object.keys({ ...fixture.values, ...expected.instance }).sort();
      assert.deepEqual(Object.keys(first.instance ?? {}).sort(), names);
      assert.deepEqual(connections[0]!['instance'], first.instance);
      assert.equal(first.expiresAt === null, expected.expiresIn === undefined);
      if (expected.scopes) assert.deepEqual(first.scopes.toSorted(), expected.scopes.toSorted());

      const rejected = await getToken(id, owner, { rejectedToken: first.accessToken });
      if (refresh === undefined && refreshExchange === undefined) {
        assert.equal(rejected.status, 'needs_reauth');
      } else assert.equal(rejected.accessToken, fake.lastGrant.accessToken);
      const { accessToken } = fake.lastGrant;

      assert.equal(await connect(id, owner), 'connected');
      const ended = await product.invoke('disconnect', { owner, provider: id });
      assert.deepEqual(ended, {
        status: 'disconnected',
        revoked: revocation === undefined ? 'unsupported' : 'yes',
      });
      if (
        revocation?.takes.includes('access') ||
        (revocation !== undefined && revocation.ends !== 'token')
      ) {
        assert.notEqual(fake.lastGrant.accessToken, accessToken);
        assert.equal(fake.knows(fake.lastGrant.accessToken), false);
      }
      assert.equal((await getToken(id, owner)).status, 'not_connected');
      assert.deepEqual(fake.problems, []);
    });

    test(`${nameOf(fixture)}: denied, in trouble, withdrawn`, async () => {
      const fake = fakes.get(id)!;
      const owner = `doubter-of-${id}`;
      if (fixture.authorization.denial !== undefined) {
        fake.decision = 'deny';
        assert.equal(await connect(id, owner), 'denied');
        fake.decision = 'grant';
      }
      fake.nextTokenAnswer = { status: 503, headers: {}, body: '' };
      assert.equal(await connect(id, owner), 'failed');
      assert.equal((await getToken(id, owner)).status, 'not_connected');
      assert.equal(await connect(id, owner), 'connected');

      if (refresh === undefined && refreshExchange === undefined) return;
      const { accessToken } = await getToken(id, owner);
      const askAgain = () => getToken(id, owner, { rejectedToken: accessToken });
      fake.nextTokenAnswer = { status: 429, headers: { 'retry-after': '9' }, body: '' };
      const later = (await askAgain()) as object as Record<string, unknown>;
      assert.deepEqual([later['status'], later['retryAfterSeconds']], ['provider_unavailable', 9]);
      await endWindow(product, id);
      fake.withdraw();
      assert.equal((await askAgain()).status, 'needs_reauth');
      assert.equal(await connect(id, owner), 'connected');
      assert.equal((await getToken(id, owner)).accessToken, fake.lastGrant.accessToken);
    });
  }

  test('no secret is in any log line', () => {
    const log = product.logs.join('\n');
    for (const { fixture, lastGrant } of fakes.values()) {
      const { accessToken, refreshToken } = lastGrant;
      for (const secret of [accessToken, refreshToken, fixture.client['client_secret']!]) {
        assert.ok(!log.includes(JSON.stringify(secret).slice(1, -1)), nameOf(fixture));
      }
    }
  });
});

/** Ends the time in which nobody asks a server in trouble, without waiting for it. */
async function endWindow({ endpoint, environment }: Product, provider: string) {
  const client = new DynamoDBClient(clientConfig(endpoint));
  const { TABLE_NAME: TableName } = environment;
  const { Items = [] } = await client.send(
    new ScanCommand({
      TableName,
      FilterExpression: 'sk = :health AND begins_with(pk, :provider)',
      ProjectionExpression: 'pk, sk',
      ExpressionAttributeValues: {
        ':health': { S: 'HEALTH' },
        ':provider': { S: `PROVIDER#${provider}` },
      },
    }),
  );
  for (const Key of Items) await client.send(new DeleteItemCommand({ TableName, Key }));
}

/** A POST from the vendor's site carries no cookie; the page that answers it sends it on. */
async function postedBack(browser: CookieBrowser, back: URL, callback: URLSearchParams) {
  const page = await fetch(back, { method: 'POST', body: callback });
  const html = await page.text();
  assert.equal(page.status, 200, html);
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return browser.go(
    back,
    Object.fromEntries(fields.map(([, name, value]) => [name!, unescapeHtml(value!)])),
  );
}

const unescapeHtml = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#34;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
