import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeVendor } from '../providers/fake-vendor.ts';
import { type Grant, json, type VendorFixture } from '../providers/fixture.ts';
import { startBrowser } from '../support/chromium.ts';
import { startProduct } from '../support/product.ts';
import { requireAccessible } from './look.ts';
import { connectLink } from './product.ts';
import { suite } from './suite.ts';
import { banner, heading, newVisitor, textOf } from './visitor.ts';

const answered = ({ accessToken, refreshToken }: Grant) =>
  json({
    access_token: accessToken,
    token_type: 'Bearer',
    refresh_token: refreshToken,
    api: 'https://api.store.example/',
  });

/** A vendor with a host for each shop, which tells where its API is. */
const store: VendorFixture = {
  id: 'store',
  sources: ['docs/new-provider.md'],
  client: { client_id: 'c', client_secret: 's' },
  values: { shop: 'my-shop' },
  authorization: {
    url: 'https://my-shop.store.example/authorize',
    required: { response_type: 'code' },
    scope: { parameter: 'scope', separator: ' ' },
    pkce: 'S256',
    callback: 'query',
    success: (code, state) => ({ code, state, company: '123' }),
    denial: (state) => ({ error: 'access_denied', state }),
  },
  token: {
    url: 'https://my-shop.store.example/token',
    format: 'form',
    clientAuthentication: 'basic',
    success: answered,
    badCode: json({ error: 'invalid_grant' }, 400),
    badClient: json({ error: 'invalid_client' }, 401),
  },
  refresh: { rotates: true, success: answered, badToken: json({ error: 'invalid_grant' }, 400) },
  userInfo: {
    method: 'GET',
    url: 'https://api.store.example/company/123',
    success: json({ name: 'Ada' }),
    badToken: json({}, 401),
  },
  expected: {
    profile: { account: '123', name: 'Ada' },
    asked: 'read',
    scopes: undefined,
    expiresIn: undefined,
  },
};

const entry = {
  id: 'store',
  name: 'Store',
  authorizationUrl: 'https://{shop}.store.example/authorize',
  tokenUrl: 'https://{shop}.store.example/token',
  userInfoUrl: '{api}/company/{company}',
  scopes: ['read'],
  scopeDescriptions: { read: 'Read your orders' },
  account: 'instance.company',
  accountName: 'name',
  values: {
    shop: {
      label: 'Name of your shop',
      pattern: '[a-z0-9][a-z0-9-]*',
      example: 'my-shop',
    },
  },
  kept: [
    { name: 'company', from: 'callback' as const, path: 'company' },
    { name: 'api', from: 'token_response' as const, path: 'api', hosts: ['api.store.example'] },
  ],
};

const vendor = await new FakeVendor(store).start(suite);
const product = await startProduct(suite, {
  configuration: () => ({ providers: [{ ...entry, ...vendor.endpoints(entry) }] }),
});
await product.setSecret('store', store.client);
const browser = await startBrowser(suite);

const getToken = (owner: string, more = {}) =>
  product.invoke<{ status: string; accessToken: string; instance: Record<string, string> }>(
    'get-token',
    { owner, provider: 'store', ...more },
  );

test('the connect page asks for the shop, says what is wrong with it, and goes on', async (t) => {
  const { tab } = await newVisitor(t, browser);
  await tab.goto(await connectLink(product, { owner: 'asked', providers: ['demo', 'store'] }));
  const field = tab.getByLabel('Name of your shop');
  await requireAccessible(tab, 'connect page with a field');
  for (const text of ['evil.com#', 'x@y', 'my shop', '../my-shop']) {
    const before = vendor.received.length;
    await field.fill(text);
    await tab.getByRole('button', { name: /Connect Store|Continue to Store/ }).click();
    assert.equal(await heading(tab), 'Connect Store');
    assert.match(await textOf(tab.getByRole('main')), /does not look right. For example my-shop/);
    assert.equal(await field.inputValue(), text);
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    await requireAccessible(tab, 'a value that is wrong');
    assert.equal(vendor.received.length, before, 'nothing was sent');
  }
  await field.fill('my-shop');
  await tab.getByRole('button', { name: 'Continue to Store' }).click();
  assert.equal(await banner(tab), 'Store is connected.');
  assert.deepEqual(vendor.problems, []);

  const { instance, accessToken } = await getToken('asked');
  assert.deepEqual([instance['shop'], instance['company']], ['my-shop', '123']);
  assert.match(instance['api']!, /^http:\/\/127\.0\.0\.1:\d+$/);
  const { connections } = await product.invoke<{ connections: { instance: unknown }[] }>(
    'list-connections',
    { owner: 'asked' },
  );
  assert.deepEqual(connections[0]!.instance, instance);
  const renewed = await getToken('asked', { rejectedToken: accessToken });
  assert.equal(renewed.accessToken, vendor.lastGrant.accessToken);
  assert.deepEqual(renewed.instance, instance);
});

test('a link from elsewhere shows for whom and what, and asks in the same place', async (t) => {
  const { tab } = await newVisitor(t, browser);
  const link = await connectLink(product, { owner: 'linked', providers: ['store'] });
  await tab.goto(`${link}&shop=another-shop`);
  assert.equal(await heading(tab), 'Connect Store?');
  assert.equal(await tab.getByLabel('Name of your shop').inputValue(), '');
  assert.match(await textOf(tab.getByRole('main')), /Read your orders.*Only continue if/s);
  assert.ok(!tab.url().includes('session='));
  await tab.reload();
  assert.equal(await heading(tab), 'Connect Store?');
  await tab.getByLabel('Name of your shop').fill('https://my-shop');
  await tab.getByRole('button', { name: 'Continue to Store' }).click();
  assert.equal(await heading(tab), 'Connect Store');
  await tab.getByLabel('Name of your shop').fill(' my-shop ');
  await tab.getByRole('button', { name: 'Continue to Store' }).click();
  assert.equal(await banner(tab), 'Store is connected.');
});

test('a shop that the service names is not asked for', async (t) => {
  const { tab } = await newVisitor(t, browser);
  const request = { owner: 'given', providers: ['store'], values: { shop: 'my-shop' } };
  await tab.goto(await connectLink(product, request));
  assert.equal(await tab.getByLabel('Name of your shop').count(), 0);
  await tab.getByRole('link', { name: 'Continue to Store' }).click();
  assert.equal(await banner(tab), 'Store is connected.');
  assert.deepEqual((await getToken('given')).instance['shop'], 'my-shop');
});

test('a service hears which value is wrong', async () => {
  const create = (values: unknown, providers = ['store']) =>
    product.invoke('create-connect-session', { owner: 'wrong', providers, values });
  const expected = (message: string) => ({ name: 'InvalidRequest', message });
  const shop = expected('values.shop: expected Name of your shop, such as my-shop');
  await assert.rejects(create({ shop: 'evil.com#' }), shop);
  await assert.rejects(create({}), shop);
  await assert.rejects(create({ store: 'x' }), expected('values.store: expected one of shop'));
  await assert.rejects(create({ shop: 7 }), expected('values.shop: expected a text'));
  await assert.rejects(
    create({ shop: 'my-shop' }, ['demo', 'store']),
    expected('values: expected exactly one provider beside them'),
  );
  await assert.rejects(
    create({ shop: 'my-shop' }, ['demo']),
    expected('values.shop: demo takes no values'),
  );
});
