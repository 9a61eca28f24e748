import assert from 'node:assert/strict';
import { CookieBrowser, signInAtDemo } from './local-browser.ts';
import type { Product } from './product.ts';

/** One owner's walk to the demo provider and back, with a browser of her own. */
export async function connectDemo(product: Product, owner: string, login = 'ada'): Promise<void> {
  const { url } = await product.invoke<{ url: string }>('create-connect-session', {
    owner,
    providers: ['demo'],
  });
  const browser = new CookieBrowser();
  const off = await browser.go(url);
  const callback = await signInAtDemo(off.headers.get('location')!, login, browser);
  assert.match((await browser.go(callback)).headers.get('location')!, /status=connected/);
}
