import { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import { AwsError } from './aws-error.ts';
import { sendAwsError } from './aws-json.ts';

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
    handle: (request, response, body) => {
      const { replayed, play } = replay(request, body);
      listener?.(replayed, response);
      try {
        play();
      } catch {
        // dynalite's checks throw on a null where AWS expects a value.
        const message = 'body: expected what the operation takes';
        sendAwsError(response, new AwsError('SerializationException', message));
      }
    },
    close: () => closeDatabase(server),
  };
}

// The body has been read under our own cap, and no other header reaches dynalite: it would answer an
// Origin with "Access-Control-Allow-Origin: *".
const PASSED_ON = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'];

// Events and no stream: what dynalite throws then reaches us, and does not end the process.
function replay({ headers, method }: IncomingMessage, body: Buffer) {
  const events = new EventEmitter();
  const passed = Object.fromEntries(PASSED_ON.map((name) => [name, headers[name]]));
  const replayed = Object.assign(events, { headers: passed, method, url: '/' });
  const play = () => {
    if (body.length > 0) events.emit('data', body);
    events.emit('end');
  };
  return { replayed: replayed as unknown as IncomingMessage, play };
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
