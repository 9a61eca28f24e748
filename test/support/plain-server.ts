import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import type { ProviderEntry } from '../../shared/providers/provider.ts';

/** What a plain OAuth 2.0 server answers; a test changes it as it goes. */
export interface PlainAnswers {
  token: PlainAnswer;
  userInfo: PlainAnswer;
  revocation: PlainAnswer;
}

export interface PlainAnswer {
  status: number;
  /** Text or a stream is sent as it is, all else as JSON. */
  body: unknown;
  headers?: Record<string, string>;
  delayMilliseconds?: number;
}

export interface PlainServer {
  origin: string;
  /** It as a provider of the configuration. */
  provider(id: string): ProviderEntry;
  answers: PlainAnswers;
  /** Paths in the order in which they were asked for, with the form that came along. */
  requests: { path: string; form: URLSearchParams }[];
  close(): Promise<void>;
}

/** A plain OAuth 2.0 server on loopback: `/token`, `/me`, `/revoke`. Nobody signs in: tests make the callback. */
export async function startPlainServer(): Promise<PlainServer> {
  const answers: PlainAnswers = {
    token: {
      status: 200,
      body: { access_token: 'plain-access-canary', token_type: 'bearer', expires_in: 3600 },
    },
    userInfo: { status: 200, body: { id: 7, name: 'Ada' } },
    revocation: { status: 200, body: {} },
  };
  const requests: PlainServer['requests'] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '';
    requests.push({ path, form: new URLSearchParams(Buffer.concat(chunks).toString()) });
    const answer: PlainAnswer =
      path === '/token' ? answers.token : path === '/me' ? answers.userInfo : answers.revocation;
    await new Promise((resolve) => setTimeout(resolve, answer.delayMilliseconds ?? 0));
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    if (answer.body instanceof Readable) return void pipeline(answer.body, response, () => {});
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    provider: (id) => ({
      id,
      authorizationUrl: `${origin}/authorize`,
      tokenUrl: `${origin}/token`,
      userInfoUrl: `${origin}/me`,
      revocationUrl: `${origin}/revoke`,
      account: 'id',
    }),
    answers,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
