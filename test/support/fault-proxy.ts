import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of a request to AWS: passed on; passed on with its answer lost; refused as throttled; never
 * answered; refused as if the service were down.
 */
export type Fate = 'pass' | 'lose_answer' | 'throttle' | 'hang' | 'down';

export interface AwsCall {
  /** `DynamoDB_20120810.UpdateItem`, `TrentService.Decrypt`, ... */
  target: string;
  body: string;
}

export interface FaultProxy {
  /** Decides on each call; everything passes at first. */
  fate: (call: AwsCall) => Fate;
  /** Every call so far, by target. */
  calls: string[];
  /** Stands in front of this endpoint from now on; gives its own. */
  start(endpoint: string): Promise<string>;
  close(): Promise<void>;
}

/** A proxy between the functions and the local AWS, through which a test breaks things. */
export function makeFaultProxy(): FaultProxy {
  let upstream = new URL('http://127.0.0.1');
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const target = String(incoming.headers['x-amz-target']);
    proxy.calls.push(target);
    const fate = proxy.fate({ target, body: body.toString() });
    if (fate === 'hang') return;
    if (fate === 'throttle' || fate === 'down') {
      const __type =
        fate === 'throttle' ? 'ProvisionedThroughputExceededException' : 'InternalServerError';
      outgoing.writeHead(fate === 'throttle' ? 400 : 500, {
        'content-type': 'application/x-amz-json-1.0',
      });
      outgoing.end(JSON.stringify({ __type, message: 'injected' }));
      return;
    }
    const sent = forward(
      new URL(incoming.url ?? '/', upstream),
      { method: incoming.method, headers: { ...incoming.headers, host: upstream.host } },
      (answer) => {
        if (fate === 'lose_answer') {
          answer.resume();
          answer.on('end', () => outgoing.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    sent.on('error', () => outgoing.destroy());
    sent.end(body);
  });
  const proxy: FaultProxy = {
    fate: () => 'pass',
    calls: [],
    async start(endpoint) {
      upstream = new URL(endpoint);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return proxy;
}
