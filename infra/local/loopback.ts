import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LocalError, systemCode } from './errors.ts';

export interface Listening {
  port: number;
  /** Ends what is under way within a second, then cuts the rest off. */
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 and, where `both` and the machine has it, on ::1, with one handler. Port 0
 * takes a free one. Throws `LocalError` (`port_taken`).
 */
export async function listenOnLoopback(
  handler: RequestListener,
  { port, both = true }: { port: number; both?: boolean },
): Promise<Listening> {
  for (let attempt = 0; ; attempt += 1) {
    const servers = [createServer(handler)];
    try {
      await listen(servers[0]!, port, '127.0.0.1');
      const { port: taken } = servers[0]!.address() as AddressInfo;
      if (both) {
        const second = createServer(handler);
        if (await listenWhereAvailable(second, taken, '::1')) servers.push(second);
      }
      return { port: taken, close: async () => void (await Promise.all(servers.map(close))) };
    } catch (error) {
      await Promise.all(servers.map(close));
      // A port that is free on one address need not be free on the other.
      if (port === 0 && attempt < 10 && systemCode(error) === 'EADDRINUSE') continue;
      throw portError(error, port);
    }
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, exclusive: true, ipv6Only: true }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

async function listenWhereAvailable(server: Server, port: number, host: string): Promise<boolean> {
  try {
    await listen(server, port, host);
    return true;
  } catch (error) {
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve();
    const cut = setTimeout(() => server.closeAllConnections(), 1000);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function portError(error: unknown, port: number): unknown {
  if (systemCode(error) === 'EADDRINUSE') {
    return new LocalError(
      'port_taken',
      `port ${port} is taken: stop what listens there, or choose another with --port`,
    );
  }
  if (systemCode(error) === 'EACCES') {
    return new LocalError(
      'port_taken',
      `port ${port} may not be used by this user: choose another with --port`,
    );
  }
  return error;
}
