import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { listenOnLoopback } from '../../infra/local/loopback.ts';
import { startBrowser } from '../support/chromium.ts';
import { accountsOf, startProductForBrowsers } from './product.ts';
import { suite } from './suite.ts';
import { newVisitor, signIn } from './visitor.ts';

const server = await listenOnLoopback(
  (request, response) => app.emit('request', request, response),
  {
    port: 0,
  },
);
suite.after(server.close);
const baseUrl = `http://localhost:${server.port}`;
const product = await startProductForBrowsers(suite, [`${baseUrl}/connected`], {
  web: { confirm: true },
});
process.env['AWS_ENDPOINT_URL_LAMBDA'] = product.url;
const { makeApplication } = await import('../../examples/web-app/application.ts');
const app = makeApplication(() => baseUrl);
const browser = await startBrowser(suite);

async function logIn(tab: Page, name: string): Promise<void> {
  await tab.goto(baseUrl);
  await tab.getByLabel('Name').fill(name);
  await tab.getByRole('button', { name: 'Log in' }).click();
}

async function connectDemo(tab: Page, login: string): Promise<void> {
  await tab.getByRole('link', { name: 'Connect Demo' }).click();
  await signIn(tab, login);
}

test('a user connects, sees it, and disconnects', async (t) => {
  const { tab } = await newVisitor(t, browser);
  await logIn(tab, 'Ada');
  await tab.getByRole('button', { name: 'Connect an account' }).click();
  await connectDemo(tab, 'ada-at-demo');
  assert.equal(tab.url(), `${baseUrl}/`);
  assert.match(await tab.getByRole('listitem').innerText(), /^demo: ada-at-demo \(connected\)/);

  await tab.getByRole('button', { name: 'Disconnect' }).click();
  assert.equal(await tab.getByRole('listitem').innerText(), 'Nothing is connected');
});

test('row 46: a link that its maker sends to another user connects nothing for either', async (t) => {
  const { tab: attacker, context } = await newVisitor(t, browser);
  await logIn(attacker, 'Mallory');
  const off = await context.request.post(`${baseUrl}/connect`, {
    maxRedirects: 0,
    headers: { origin: baseUrl },
  });
  const link = off.headers()['location']!;

  const { tab: victim } = await newVisitor(t, browser);
  await logIn(victim, 'Vic');
  await victim.goto(link);
  await connectDemo(victim, 'vic-at-demo');
  assert.equal(
    await victim.getByRole('status').innerText(),
    'This was not started here, so nothing was connected.',
  );
  for (const owner of ['user-Mallory', 'user-Vic']) {
    assert.deepEqual(await accountsOf(product, owner), []);
  }
});

test("row 46: another site's form logs nobody in, so that nothing is confirmed for its maker", async (t) => {
  const { tab } = await newVisitor(t, browser);
  await tab.goto('about:blank');
  await tab.setContent(
    `<form method="post" action="${baseUrl}/log-in"><input name="name" value="Mallory"><button>Win</button></form>`,
  );
  const answer = tab.waitForResponse(`${baseUrl}/log-in`);
  await tab.getByRole('button', { name: 'Win' }).click();
  assert.equal((await answer).status(), 403);
  await tab.goto(baseUrl);
  assert.ok(await tab.getByRole('button', { name: 'Log in' }).isVisible());
});
