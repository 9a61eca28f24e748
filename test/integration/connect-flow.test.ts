import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { startProduct } from '../support/product.ts';

test('a person connects, a service gets a token that works, disconnect revokes it', async (t) => {
  const product = await startProduct(t);
  const browser = new CookieBrowser();
  const userInfo = (token: string) =>
    fetch(`${product.demo!.issuer}/me`, { headers: { authorization: `Bearer ${token}` } });

  async function connect(login: string) {
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner: 'customer-1',
      ownerLabel: 'Ada',
      providers: ['demo'],
    });
    const off = await browser.go(url);
    assert.equal(off.status, 303, await off.text());
    const back = await signInAtDemo(off.headers.get('location')!, login, browser);
    const done = await browser.go(back);
    assert.equal(done.status, 303, await done.text());
    const page = await browser.go(done.headers.get('location')!);
    return { done, html: await page.text(), back };
  }

  const first = await connect('ada');
  assert.match(first.done.headers.get('location')!, /status=connected/);
  assert.match(first.html, /Demo is connected/);
  assert.match(first.html, /Connected<\/span> as ada/);

  const token = await product.invoke('get-token', { owner: 'customer-1', provider: 'demo' });
  assert.equal(token['status'], 'ok', JSON.stringify(token));
  assert.equal((await userInfo(String(token['accessToken']))).status, 200);

  // A second connect updates the same connection.
  await connect('ada');
  const { connections } = await product.invoke<{ connections: object[] }>('list-connections', {
    owner: 'customer-1',
  });
  assert.equal(connections.length, 1);

  const again = await product.invoke('get-token', { owner: 'customer-1', provider: 'demo' });
  const ended = await product.invoke('disconnect', { owner: 'customer-1', provider: 'demo' });
  assert.deepEqual(ended, { status: 'disconnected', revoked: 'yes' });
  assert.equal((await userInfo(String(again['accessToken']))).status, 401);
  const gone = await product.invoke('get-token', { owner: 'customer-1', provider: 'demo' });
  assert.equal(gone['status'], 'not_connected');
  assert.deepEqual(
    product.logs.filter((line) => /failed|error/.test(line)),
    [],
  );
});
