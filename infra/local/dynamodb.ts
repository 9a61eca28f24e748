import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import dynalite from 'dynalite';

export interface LocalDynamoDB {
  handle(request: IncomingMessage, response: ServerResponse, body: Buffer): void;
  close(): Promise<void>;
}

/** DynamoDB on LevelDB, in the given folder or, without one, in memory. */
export function openDynamoDB(path?: string): LocalDynamoDB {
  const server = dynalite({
    ...(path !== undefined && { path }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  const [listener] = server.listeners('request') as RequestListener[];
  return {
    handle: (request, response, body) => listener?.(replay(request, body), response),
    close: () => closeDatabase(server),
  };
}

// The body has been read under our own cap, and no other header reaches dynalite: it would answer an
// Origin with "Access-Control-Allow-Origin: *".
const PASSED_ON = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'];

function replay({ headers, method }: IncomingMessage, body: Buffer): IncomingMessage {
  const passed = Object.fromEntries(PASSED_ON.map((name) => [name, headers[name]]));
  const stream = Readable.from(body.length > 0 ? [body] : []);
  return Object.assign(stream, { headers: passed, method, url: '/' }) as unknown as IncomingMessage;
}

// dynalite closes its database only when its own server closes, and a server that never listened
// cannot be closed: it listens for this moment, on a free port, with nothing that would answer.
function closeDatabase(server: Server): Promise<void> {
  server.removeAllListeners('request');
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.close((error) => (error ? reject(error) : resolve()));
    });
  });
}
