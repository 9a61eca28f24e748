import { makeHttpClient } from '../../shared/oauth/http-client.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import { type Log, type Ports, systemPorts } from '../../shared/ports.ts';
import type { Target } from './target.ts';

// What functions log for a search is noise on a terminal.
const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Speaks to providers from here; plain http on this machine only where the target's functions do. */
export function providerAccess({ allowsLoopback }: Pick<Target, 'allowsLoopback'>) {
  const ports: Ports = {
    ...systemPorts,
    log: silent,
    http: makeHttpClient(allowsLoopback()),
  };
  return { ports, servers: makeServers(ports.http, ports.now) };
}
