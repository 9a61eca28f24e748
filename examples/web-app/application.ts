import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { complete, connectionsOf, connectLink, disconnect } from './capture.ts';
import { logInPage, settingsPage } from './pages.ts';

/** Who is logged in, by the session's cookie: a real application asks for more than a name. */
const sessions = new Map<string, string>();

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

const show = (body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body,
});
const goTo = (location: string, headers = {}): Answer => ({
  status: 303,
  headers: { location, ...headers },
});

// Lax: no other site's form can act for the person who is logged in.
const cookie = (id: string) => ({ 'set-cookie': `app=${id}; Path=/; HttpOnly; SameSite=Lax` });

/** `baseUrl`: what browsers come to; its `/connected` is one of the configured `returnUrls`. */
export function makeApplication(baseUrl: () => string): Server {
  async function answer(request: IncomingMessage): Promise<Answer> {
    // No form of another site logs anybody in: who is logged in here says whose account it becomes.
    if (request.method === 'POST' && request.headers.origin !== baseUrl()) return { status: 403 };
    const { pathname, searchParams } = new URL(request.url ?? '/', baseUrl());
    const form = await formOf(request);
    const id = /(?:^|; )app=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    if (pathname === '/log-in' && form.get('name')) {
      const session = randomBytes(16).toString('base64url');
      sessions.set(session, form.get('name')!);
      return goTo('/', cookie(session));
    }
    const name = sessions.get(id);
    if (name === undefined) return show(logInPage());
    // Opaque to token capture; it never comes from the browser.
    const owner = `user-${name}`;
    switch (`${request.method} ${pathname}`) {
      case 'GET /':
        return show(settingsPage(name, await connectionsOf(owner)));
      case 'POST /connect':
        return goTo(await connectLink(owner, name, `${baseUrl()}/connected`));
      case 'GET /connected':
        return home(name, owner, searchParams);
      case 'POST /disconnect':
        await disconnect(owner, form.get('provider') ?? '', form.get('account') ?? '');
        return goTo('/');
      case 'POST /log-out':
        sessions.delete(id);
        return goTo('/');
      default:
        return { status: 404 };
    }
  }

  /** The browser comes home: whoever is logged in here is the one whose account it becomes. */
  async function home(name: string, owner: string, query: URLSearchParams): Promise<Answer> {
    const code = query.get('connect_code');
    if (code === null) {
      return show(settingsPage(name, await connectionsOf(owner), 'Nothing was connected.'));
    }
    const { status } = await complete(owner, code);
    if (status === 'connected') return goTo('/');
    const notice = 'This was not started here, so nothing was connected.';
    return show(settingsPage(name, await connectionsOf(owner), notice));
  }

  return createServer((request, response) => {
    answer(request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error) => {
        console.error(error);
        response.writeHead(500).end();
      },
    );
  });
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  if (request.method === 'POST') for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}
