import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBrowser } from '../support/chromium.ts';
import { accountsOf, connectLink, startProductForBrowsers } from './product.ts';
import { suite } from './suite.ts';
import { banner, callbackOf, heading, newVisitor, pathOf, signIn, textOf } from './visitor.ts';

const product = await startProductForBrowsers(suite);
const browser = await startBrowser(suite);

const ONE = ['demo'];
const TWO = ['demo', 'intranet'];

test("the session's token stays in no address, its cookie in no script", async (t) => {
  const { tab, context, addresses } = await newVisitor(t, browser);
  const link = await connectLink(product, { owner: 'cookie', providers: TWO });
  await tab.goto(link);
  const sid = new URL(tab.url()).searchParams.get('s')!;
  assert.equal(tab.url(), `${product.url}/connect?s=${sid}`);
  assert.deepEqual(addresses, [tab.url()]);

  const [cookie, ...others] = await context.cookies();
  assert.equal(others.length, 0);
  const { name, domain, path, secure, httpOnly, sameSite, expires } = cookie!;
  assert.deepEqual(
    { name, domain, path, secure, httpOnly, sameSite },
    {
      name: `__Host-s-${sid}`,
      domain: 'localhost',
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
    },
  );
  const minutesLeft = (expires - Date.now() / 1_000) / 60;
  assert.ok(minutesLeft > 28 && minutesLeft <= 30, String(minutesLeft));
  assert.equal(await tab.evaluate('document.cookie'), '');
  assert.ok(!(await tab.content()).includes(new URL(link).searchParams.get('session')!));
});

test('two sessions in one browser, in several tabs, do not mix', async (t) => {
  const { tab: first, context } = await newVisitor(t, browser);
  const second = await context.newPage();
  await first.goto(await connectLink(product, { owner: 'mix-1', providers: TWO }));
  await second.goto(await connectLink(product, { owner: 'mix-2', providers: TWO }));
  const third = await context.newPage();
  await third.goto(first.url());

  // All three are on their way before the first comes back.
  await first.getByRole('link', { name: 'Connect Demo' }).click();
  await second.getByRole('link', { name: 'Connect Demo' }).click();
  await third.getByRole('link', { name: 'Connect Intranet' }).click();
  await signIn(third, 'carol');
  await signIn(second, 'bob');
  await signIn(first, 'alice');

  assert.equal(await banner(third), 'Intranet is connected.');
  assert.match(await textOf(second.getByRole('main')), /For mix-2.*Connected as bob/s);
  assert.match(await textOf(first.getByRole('main')), /For mix-1.*as alice.*as carol/s);
  assert.deepEqual(await accountsOf(product, 'mix-1'), ['demo:alice', 'intranet:carol']);
  assert.deepEqual(await accountsOf(product, 'mix-2'), ['demo:bob']);
});

test('a link that another browser opened first can be continued until the first trip', async (t) => {
  const scanner = await newVisitor(t, browser);
  const person = await newVisitor(t, browser);
  const link = await connectLink(product, { owner: 'taken', providers: TWO });
  await scanner.tab.goto(link);
  await person.tab.goto(link);
  assert.equal(await heading(person.tab), 'Continue here?');
  await person.tab.getByRole('button', { name: 'Continue here' }).click();
  assert.equal(await heading(person.tab), 'Connect your accounts');
  assert.ok(person.addresses.at(-1)!.startsWith(`${product.url}/connect?s=`));

  // The session has left the first browser.
  const answer = await scanner.tab.reload();
  assert.equal(answer!.status(), 403);
  assert.equal(await heading(scanner.tab), 'This was started in another browser');

  await person.tab.getByRole('link', { name: 'Connect Demo' }).click();
  assert.equal(await heading(person.tab), 'Sign in to the demo provider');
  const refused = await scanner.tab.goto(link);
  assert.equal(refused!.status(), 403);
  assert.equal(await scanner.tab.getByRole('button').count(), 0);
});

test('who continues a link to one provider reads first for whom and what', async (t) => {
  const scanner = await newVisitor(t, browser);
  const person = await newVisitor(t, browser);
  const link = await connectLink(product, { owner: 'asked', ownerLabel: 'Ada', providers: ONE });
  await scanner.tab.goto(link);
  await person.tab.goto(link);
  await person.tab.getByRole('button', { name: 'Continue here' }).click();
  assert.equal(await heading(person.tab), 'Connect Demo?');
  assert.match(await textOf(person.tab.getByRole('main')), /for Ada\./);
  await person.tab.waitForURL((url) => !url.searchParams.has('session'));
  await person.tab.getByRole('link', { name: 'Continue to Demo' }).click();
  await signIn(person.tab, 'ada');
  assert.equal(await banner(person.tab), 'Demo is connected.');
});

test('the page before a trip is the same after a reload', async (t) => {
  const { tab } = await newVisitor(t, browser);
  await tab.goto(await connectLink(product, { owner: 'reload', providers: ONE }));
  await tab.waitForURL((url) => !url.searchParams.has('session'));
  await tab.reload();
  assert.equal(await heading(tab), 'Connect Demo?');
});

test('what a browser fetches ahead claims nothing, and is not kept as the page', async () => {
  const link = await connectLink(product, { owner: 'ahead', providers: TWO });
  for (const headers of [
    { 'sec-purpose': 'prefetch;prerender', 'sec-fetch-dest': 'document' },
    { 'sec-fetch-dest': 'empty' },
  ]) {
    const answer = await fetch(link, { headers, redirect: 'manual' });
    assert.equal(answer.headers.get('set-cookie'), null);
    // Chromium throws a prerendered page away when its status is no success.
    assert.equal(answer.status, 403);
  }
  assert.equal((await fetch(link, { redirect: 'manual' })).status, 303);
});

test("a callback in another browser is refused, and the first can't use it any more", async (t) => {
  const person = await newVisitor(t, browser);
  const thief = await newVisitor(t, browser);
  await person.tab.goto(await connectLink(product, { owner: 'stolen', providers: TWO }));
  await person.tab.getByRole('link', { name: 'Connect Demo' }).click();
  const callback = await callbackOf(person.tab, 'ada');

  const refused = await thief.tab.goto(callback.href);
  assert.equal(refused!.status(), 403);
  assert.equal(await heading(thief.tab), 'This was started in another browser');
  const late = await person.tab.goto(callback.href);
  assert.equal(late!.status(), 400);
  assert.deepEqual(await accountsOf(product, 'stolen'), []);
});

test('a finished callback that comes again is "already used"', async (t) => {
  const { tab } = await newVisitor(t, browser);
  await tab.goto(await connectLink(product, { owner: 'again', providers: TWO }));
  await tab.getByRole('link', { name: 'Connect Demo' }).click();
  const callback = await callbackOf(tab, 'ada');
  await tab.goto(callback.href);
  assert.equal(await banner(tab), 'Demo is connected.');
  const replay = await tab.goto(callback.href);
  assert.equal(replay!.status(), 400);
  assert.match(await heading(tab), /already used/);
  assert.deepEqual(await accountsOf(product, 'again'), ['demo:ada']);
});

test('the back button leads to pages that still make sense', async (t) => {
  const { tab } = await newVisitor(t, browser);
  await tab.goto(await connectLink(product, { owner: 'back', providers: TWO }));
  const page = tab.url();
  await tab.getByRole('link', { name: 'Connect Demo' }).click();
  await tab.waitForURL('**/interaction/**');
  await tab.goBack();
  assert.equal(tab.url(), page);

  await tab.getByRole('link', { name: 'Connect Demo' }).click();
  await signIn(tab, 'ada');
  assert.equal(await banner(tab), 'Demo is connected.');
  await tab.goBack();
  assert.equal(await heading(tab), 'This sign-in is over');
  await tab.goBack();
  assert.equal(tab.url(), page);
  await tab.waitForFunction("document.body.textContent.includes('Connected as ada')");
  await tab.goForward();
  await tab.goForward();
  assert.equal(pathOf(tab), `${product.url}/connect`);
  assert.equal(await banner(tab), 'Demo is connected.');
});
