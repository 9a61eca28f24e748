import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBrowser } from '../support/chromium.ts';
import { startApplication } from './application.ts';
import { accountsOf, connectLink, startProductForBrowsers } from './product.ts';
import { suite } from './suite.ts';
import { banner, heading, newVisitor, signIn } from './visitor.ts';

const application = await startApplication(suite);
const { elsewhere, besides, leadsOn } = application;
const product = await startProductForBrowsers(suite, [elsewhere, besides, leadsOn]);
const browser = await startBrowser(suite);

const bare = (addresses: string[]) =>
  addresses.filter(
    (address) => /[?&](code|state)=/.test(address) && address.startsWith(product.url),
  );

test('a callback that arrives as a POST from elsewhere is sent on by itself', async (t) => {
  const { tab, addresses } = await newVisitor(t, browser);
  await tab.goto(await connectLink(product, { owner: 'posted', providers: ['demo', 'posted'] }));
  await tab.getByRole('link', { name: 'Connect Posted' }).click();
  await signIn(tab, 'ada');
  assert.equal(await banner(tab), 'Posted is connected.');
  assert.deepEqual(await accountsOf(product, 'posted'), ['posted:ada']);
  assert.deepEqual(bare(addresses), []);
});

for (const [where, returnUrl] of Object.entries({ elsewhere, besides, leadsOn })) {
  test(`the way on to a return URL is free: ${where}`, async (t) => {
    const { tab, addresses } = await newVisitor(t, browser);
    const request = { owner: where, providers: ['posted'], returnUrl };
    await tab.goto(await connectLink(product, request));
    await tab.getByRole('link', { name: 'Continue to Posted' }).click();
    await signIn(tab, 'ada');
    await tab.waitForURL((url) => url.searchParams.get('status') === 'connected');
    assert.equal(await heading(tab), 'App');
    assert.deepEqual(bare(addresses), []);
  });
}

test('without script there is a button', async (t) => {
  const { tab, addresses } = await newVisitor(t, browser, { javaScriptEnabled: false });
  const request = { owner: 'plain', providers: ['posted'], returnUrl: elsewhere };
  await tab.goto(await connectLink(product, request));
  await tab.getByRole('link', { name: 'Continue to Posted' }).click();
  await signIn(tab, 'ada');
  await tab.getByRole('button', { name: 'Continue' }).click();
  assert.equal(await heading(tab), 'One moment');
  await tab.getByRole('button', { name: 'Continue' }).click();
  await tab.waitForURL(`${elsewhere}?provider=posted&status=connected`);
  assert.deepEqual(await accountsOf(product, 'plain'), ['posted:ada']);
  assert.deepEqual(bare(addresses), []);
});

test('what a person cancels comes back as a POST too', async (t) => {
  const { tab } = await newVisitor(t, browser);
  await tab.goto(await connectLink(product, { owner: 'no', providers: ['demo', 'posted'] }));
  await tab.getByRole('link', { name: 'Connect Posted' }).click();
  await tab.getByRole('link', { name: 'Cancel' }).click();
  assert.match(await banner(tab), /^Posted was not connected/);
});

test('a posted callback in another browser is refused', async (t) => {
  const { tab } = await newVisitor(t, browser);
  const thief = await newVisitor(t, browser);
  await tab.goto(await connectLink(product, { owner: 'stolen', providers: ['demo', 'posted'] }));
  await tab.getByRole('link', { name: 'Connect Posted' }).click();
  const signInPage = tab.url();
  // The provider's own cookies go along, the session's does not.
  const { cookies } = await tab.context().storageState();
  await thief.context.addCookies(cookies.filter(({ name }) => !name.startsWith('__Host-s-')));
  await thief.tab.goto(signInPage);
  await signIn(thief.tab, 'mallory');
  await thief.tab.waitForFunction("document.title === 'This was started in another browser'");
  assert.deepEqual(await accountsOf(product, 'stolen'), []);
});
