import type { TestContext } from 'node:test';
import { listenOnLoopback } from '../../infra/local/loopback.ts';

export interface Application {
  /** A page with one link to the address that stands in its query. */
  linkTo(address: string): string;
  /** Return URLs: on another site than the product, on its site, and one that leads on to another origin. */
  elsewhere: string;
  besides: string;
  leadsOn: string;
}

/** A team's own application, as far as a browser sees it. */
export async function startApplication(t: Pick<TestContext, 'after'>): Promise<Application> {
  const server = await listenOnLoopback(
    (request, response) => {
      const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://app');
      if (pathname === '/leads-on') {
        const location = `http://app.localhost:${server.port}/signed-in${search}`;
        return void response.writeHead(303, { location }).end();
      }
      response.setHeader('content-type', 'text/html; charset=utf-8');
      const to = searchParams.get('to')?.replaceAll('&', '&amp;');
      response.end(`<!doctype html><title>App</title><h1>App</h1><a href="${to}">Connect</a>`);
    },
    { port: 0 },
  );
  t.after(server.close);
  const origin = `http://127.0.0.1:${server.port}`;
  return {
    linkTo: (address: string) => `${origin}/?${new URLSearchParams({ to: address })}`,
    elsewhere: `${origin}/settings`,
    besides: `http://localhost:${server.port}/settings`,
    leadsOn: `${origin}/leads-on`,
  };
}
