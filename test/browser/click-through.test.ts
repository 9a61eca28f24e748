import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBrowser } from '../support/chromium.ts';
import { startApplication } from './application.ts';
import { requireAccessible, scrollsSideways } from './look.ts';
import { accountsOf, connectLink, startProductForBrowsers } from './product.ts';
import { suite } from './suite.ts';
import { banner, callbackOf, heading, newVisitor, pathOf, signIn, textOf } from './visitor.ts';

const application = await startApplication(suite);
const product = await startProductForBrowsers(suite, [application.elsewhere]);
const browser = await startBrowser(suite);

test('one provider: link, one button, sign-in, and back at the return URL', async (t) => {
  const { tab, addresses } = await newVisitor(t, browser);
  const link = await connectLink(product, {
    owner: 'one',
    ownerLabel: 'Ada of Example Ltd',
    providers: ['demo'],
    returnUrl: `${application.elsewhere}?tab=accounts&status=old`,
  });
  await tab.goto(application.linkTo(link));
  await tab.getByRole('link', { name: 'Connect' }).click();

  assert.equal(await heading(tab), 'Connect Demo?');
  const text = await textOf(tab.getByRole('main'));
  for (const expected of ['Ada of Example Ltd', 'See your name', 'Only continue if you started']) {
    assert.ok(text.includes(expected), text);
  }
  await tab.waitForURL((url) => !url.searchParams.has('session'));
  await tab.getByRole('link', { name: 'Continue to Demo' }).click();
  assert.equal(await heading(tab), 'Sign in to the demo provider');
  await signIn(tab, 'ada');

  await tab.waitForURL(`${application.elsewhere}**`);
  assert.deepEqual(Object.fromEntries(new URL(tab.url()).searchParams), {
    tab: 'accounts',
    provider: 'demo',
    status: 'connected',
  });
  assert.deepEqual(await accountsOf(product, 'one'), ['demo:ada']);
  assert.deepEqual(
    addresses.filter((address) => /[?&]code=/.test(address)),
    [],
  );
});

test('several providers: connect, reconnect, a second account', async (t) => {
  const { tab } = await newVisitor(t, browser);
  await tab.goto(await connectLink(product, { owner: 'several', ownerLabel: 'Ada' }));
  assert.equal(await heading(tab), 'Connect your accounts');
  assert.match(await textOf(tab.getByRole('main')), /For Ada/);
  const row = (name: string) =>
    tab.getByRole('listitem').filter({ has: tab.getByRole('heading', { name, exact: true }) });
  assert.match(await textOf(row('Demo')), /Not connected/);
  assert.match(await textOf(row('GitHub')), /Not configured yet/);
  assert.equal(await row('GitHub').getByRole('link').count(), 0);

  const connect = async (control: string, login: string) => {
    await tab.getByRole('link', { name: control }).click();
    await signIn(tab, login);
    assert.equal(await banner(tab), 'Demo is connected.');
    assert.equal(pathOf(tab), `${product.url}/connect`);
  };
  await connect('Connect Demo', 'ada');
  assert.match(await textOf(row('Demo')), /Connected as ada/);
  assert.match(await textOf(row('Intranet')), /Not connected/);

  await connect('Reconnect Demo', 'Ada');
  assert.deepEqual(await accountsOf(product, 'several'), ['demo:ada']);

  await connect('Reconnect Demo', 'grace');
  assert.match(await textOf(row('Demo')), /Connected as AdaConnected as grace/);
  assert.deepEqual(await accountsOf(product, 'several'), ['demo:ada', 'demo:grace']);
});

test('what a person cancels is not connected: the page says so, the return URL too', async (t) => {
  const { tab } = await newVisitor(t, browser);
  await tab.goto(await connectLink(product, { owner: 'nobody' }));
  await tab.getByRole('link', { name: 'Connect Intranet' }).click();
  await tab.getByRole('link', { name: 'Cancel' }).click();
  assert.match(await banner(tab), /^Intranet was not connected/);

  const returnUrl = application.elsewhere;
  await tab.goto(await connectLink(product, { owner: 'nobody', providers: ['demo'], returnUrl }));
  await tab.getByRole('link', { name: 'Continue to Demo' }).click();
  await tab.getByRole('link', { name: 'Cancel' }).click();
  await tab.waitForURL(`${returnUrl}?provider=demo&status=denied`);
  assert.deepEqual(await accountsOf(product, 'nobody'), []);
});

test('a provider that fails leaves a reference that stands in the log', async (t) => {
  const { tab } = await newVisitor(t, browser);
  await tab.goto(await connectLink(product, { owner: 'failing' }));
  await tab.getByRole('link', { name: 'Connect Intranet' }).click();
  const callback = await callbackOf(tab, 'ada');
  callback.searchParams.set('code', 'wrong');
  await tab.goto(callback.href);
  const said = await banner(tab);
  assert.match(said, /^Intranet could not be connected/);
  const reference = new URL(tab.url()).searchParams.get('reference')!;
  assert.ok(said.includes(reference), said);
  assert.ok(product.logs.some((line) => line.includes(reference)));
});

test('the keyboard alone is enough', async (t) => {
  const { tab } = await newVisitor(t, browser);
  await tab.goto(await connectLink(product, { owner: 'keys', providers: ['demo', 'intranet'] }));
  await tab.keyboard.press('Tab');
  assert.equal(await tab.locator(':focus').getAttribute('aria-label'), 'Connect Demo');
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('Enter');
  await tab.waitForURL('**/interaction/**');
  await tab.keyboard.type('ada');
  await tab.keyboard.press('Enter');
  assert.equal(await banner(tab), 'Intranet is connected.');

  await tab.goto(await connectLink(product, { owner: 'keys', providers: ['demo'] }));
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('Enter');
  await tab.waitForURL('**/interaction/**');
});

test("the demo provider's sign-in page is accessible and fits a narrow window", async (t) => {
  const { tab } = await newVisitor(t, browser, { viewport: { width: 320, height: 640 } });
  const providers = ['demo', 'intranet'];
  await tab.goto(await connectLink(product, { owner: 'demo', providers }));
  await tab.getByRole('link', { name: 'Connect Demo' }).click();
  await tab.waitForURL('**/interaction/**');
  await requireAccessible(tab, 'sign-in');
  assert.equal(await scrollsSideways(tab), false);
});
