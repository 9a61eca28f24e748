import { randomBytes } from 'node:crypto';

/** An HTTP request to a provider. The address is checked, redirects are not followed. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'DELETE';
  /** Less than the client's own limit, where the caller has less time. */
  deadlineMilliseconds?: number;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/** A whole answer: its body was read within the deadline and the cap. Header names are lower-case. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What the flow needs of the world: tests give their own, functions the real ones. */
export interface Ports {
  /** Milliseconds since the epoch, by this host. */
  now(): number;
  /** Milliseconds that the clock which all hosts share is ahead of it; absent: they are the same. */
  clockOffset?(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Cryptographically strong random bytes. */
  random(bytes: number): Uint8Array;
  http: HttpClient;
  log: Log;
}

/** Structured records: Lambda's JSON log format keeps the object's fields searchable. */
export const consoleLog: Log = {
  info: (message, fields) => console.info({ message, ...fields }),
  warn: (message, fields) => console.warn({ message, ...fields }),
  error: (message, fields) => console.error({ message, ...fields }),
};

/** The clock and the random numbers of this machine. */
export const systemPorts: Pick<Ports, 'now' | 'sleep' | 'random'> = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: (bytes) => randomBytes(bytes),
};
