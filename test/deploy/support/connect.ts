import assert from 'node:assert/strict';
import { CookieBrowser, signInAtDemo } from '../../support/local-browser.ts';
import { invoke } from './deployment.ts';

export interface Connected {
  /** Where the browser was sent after the callback. */
  location: URL;
  /** The page that it saw there. */
  html: string;
  /** What went through the browser and must be kept nowhere: session token, state, code. */
  secrets: string[];
}

/** One owner's walk: session, authorize, sign-in at the provider, callback, the page after it. */
export async function connect(owner: string, login: string, provider = 'demo'): Promise<Connected> {
  const browser = new CookieBrowser();
  const { url } = await invoke<{ url: string }>('create-connect-session', 'web', {
    owner,
    providers: [provider],
  });
  const off = await browser.go(url);
  assert.equal(off.status, 303, await off.text());
  const back = await signInAtDemo(off.headers.get('location')!, login, browser);
  const done = await browser.go(back);
  assert.equal(done.status, 303, await done.text());
  const location = new URL(done.headers.get('location')!);
  const page = await browser.go(location);
  const secrets = ['session', 'state', 'code'].flatMap((name) => [
    ...new URL(url).searchParams.getAll(name),
    ...back.searchParams.getAll(name),
  ]);
  return { location, html: await page.text(), secrets };
}
