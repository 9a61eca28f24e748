/** A browser as far as a code flow needs one: cookies by host and path, no redirect by itself. */
export class CookieBrowser {
  readonly #cookies: { host: string; path: string; name: string; value: string }[] = [];

  async go(
    url: string | URL,
    form?: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const target = new URL(url);
    const response = await fetch(target, {
      redirect: 'manual',
      headers: { ...headers, cookie: this.#cookiesFor(target) },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(target, line);
    return response;
  }

  /** Follows redirects as long as they stay on the same host. */
  async follow(url: string | URL, form?: Record<string, string>): Promise<Response> {
    let at = new URL(url);
    let response = await this.go(at, form);
    for (;;) {
      const location = response.headers.get('location');
      const next = location === null ? undefined : new URL(location, at);
      if (next?.host !== at.host) return response;
      at = next;
      response = await this.go(at);
    }
  }

  #cookiesFor({ host, pathname }: URL): string {
    return this.#cookies
      .filter((cookie) => cookie.host === host && pathname.startsWith(cookie.path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  #keep({ host }: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const path = attributes.find((text) => /^path=/i.test(text))?.slice(5) ?? '/';
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const at = this.#cookies.findIndex(
      (one) => one.host === host && one.name === name && one.path === path,
    );
    if (at >= 0) this.#cookies.splice(at, 1);
    if (value !== '') this.#cookies.push({ host, path, name, value });
  }
}

/** Signs in at the demo provider; returns where it sends the browser. */
export async function signInAtDemo(
  authorizationUrl: string | URL,
  login: string,
  browser = new CookieBrowser(),
): Promise<URL> {
  const page = await browser.follow(authorizationUrl);
  const html = await page.text();
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
  if (action === undefined) throw new Error(`no sign-in form (HTTP ${page.status}): ${html}`);
  const answer = await browser.follow(new URL(action, authorizationUrl), { login });
  const location = answer.headers.get('location');
  if (location === null)
    throw new Error(`no redirect (HTTP ${answer.status}): ${await answer.text()}`);
  return new URL(location);
}
