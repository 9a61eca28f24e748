import { makeHttpClient } from '../../shared/oauth/http-client.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import { type Log, type Ports, systemPorts } from '../../shared/ports.ts';
import type { Target } from './target.ts';

// What functions log for a search is noise on a terminal.
const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Speaks to providers from here; plain http on this machine only for a local run. */
export function providerAccess({ local }: Pick<Target, 'local'>) {
  const ports: Ports = {
    ...systemPorts,
    log: silent,
    http: makeHttpClient(local),
  };
  return { ports, servers: makeServers(ports.http, ports.now) };
}
