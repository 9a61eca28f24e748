import { CookieBrowser } from './local-browser.ts';
import type { Product } from './product.ts';

export interface Trip {
  owner: string;
  /** Where `authorize` sent the browser; `undefined` where it showed a page. */
  asked: URLSearchParams | undefined;
  /** The status and text of the last page, where there was one in place of a redirect. */
  page?: { status: number; html: string };
  /** What the callback said of it: `connected`, `failed`, ... */
  status: string | undefined;
  /** What the log says of a failure. */
  cause: string | undefined;
  connections: { account: string; scopes: string[] }[];
}

let owners = 0;

/**
 * One owner's trip to a provider at which nobody has to sign in: the callback has the request's state
 * and the parameters that `answer` makes of the authorization request.
 */
export async function trip(
  product: Product,
  provider: string,
  answer: (asked: URLSearchParams) => Record<string, string>,
  session: Record<string, unknown> = {},
): Promise<Trip> {
  const owner = `trip-${owners++}`;
  const { url } = await product.invoke<{ url: string }>('create-connect-session', {
    owner,
    providers: [provider],
    ...session,
  });
  const browser = new CookieBrowser();
  const off = await browser.go(url);
  const location = off.headers.get('location');
  if (location === null) {
    const page = { status: off.status, html: await off.text() };
    return {
      owner,
      asked: undefined,
      page,
      status: undefined,
      cause: causeOf(product, page.html),
      connections: [],
    };
  }
  const asked = new URL(location).searchParams;
  const callback = new URL(`${product.url}/${provider}/callback`);
  for (const [name, value] of Object.entries({ state: asked.get('state')!, ...answer(asked) })) {
    callback.searchParams.set(name, value);
  }
  const done = await browser.go(callback);
  const outcome = new URL(done.headers.get('location') ?? product.url).searchParams;
  const { connections } = await product.invoke<Pick<Trip, 'connections'>>('list-connections', {
    owner,
  });
  return {
    owner,
    asked,
    status: outcome.get('status') ?? undefined,
    cause: causeOf(product, outcome.get('reference') ?? (await done.text())),
    connections,
  };
}

/** What the log says beside the reference that a person was given. */
function causeOf({ logs }: Product, text: string): string | undefined {
  return logs
    .map((line) => JSON.parse(line)[0] as { reference?: string; cause?: string })
    .find(({ reference }) => reference !== undefined && text.includes(reference))?.cause;
}
