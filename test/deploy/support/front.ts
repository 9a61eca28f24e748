import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../../../infra/local/loopback.ts';
import { request as awsRequest } from './aws.ts';

export interface Front {
  /** `http://localhost:<port>`: in front of the deployed HTTP API, as its own address is at AWS. */
  baseUrl: string;
  close(): Promise<void>;
}

/** The ids of the stack's HTTP APIs: one, while it is deployed. Other stacks beside it have their own. */
export async function apiIds(endpoint: string): Promise<string[]> {
  const answer = JSON.parse(await awsRequest(endpoint, 'apigateway', '/v2/apis')) as {
    items: { apiId: string; name: string }[];
  };
  return answer.items.filter(({ name }) => name === 'TokenCapture').map(({ apiId }) => apiId);
}

/**
 * The emulator tells APIs apart by their host name, which no resolver knows; and a base URL has to be
 * known before the deployment, since the provider is told it. So requests come in here.
 */
export async function startFront(endpoint: string): Promise<Front> {
  const { port, close } = await listenOnLoopback(
    (incoming, outgoing) => {
      forward(endpoint, incoming, outgoing).catch((error: Error) => {
        outgoing.writeHead(502).end(error.message);
      });
    },
    { port: 0 },
  );
  return { baseUrl: `http://localhost:${port}`, close };
}

async function forward(endpoint: string, incoming: IncomingMessage, outgoing: ServerResponse) {
  const [apiId] = await apiIds(endpoint);
  const sent = request(
    new URL(endpoint),
    {
      method: incoming.method,
      path: incoming.url,
      headers: { ...incoming.headers, host: `${apiId}.execute-api.localhost` },
      agent: false,
    },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    },
  );
  sent.on('error', (error) => outgoing.destroy(error));
  incoming.pipe(sent);
}
