import type { Configuration } from '../configuration.ts';
import type { ConnectionTable } from '../connections/connection-table.ts';
import type { ControlTable } from '../connections/control-table.ts';
import type { PendingTable } from '../connections/pending-table.ts';
import type { SessionLimit } from '../connections/session-limit.ts';
import type { SessionTable } from '../connections/session-table.ts';
import type { ProviderDeps } from '../oauth/client.ts';
import type { Ports } from '../ports.ts';
import type { Vault } from '../vault/vault.ts';

export interface SessionDeps {
  configuration: Configuration;
  /** `https://host`, without a slash at its end. */
  baseUrl: string;
  sessions: SessionTable;
  controls: ControlTable;
  ports: Pick<Ports, 'now' | 'random' | 'log'>;
}

export interface CreateSessionDeps extends SessionDeps {
  sessionLimit: SessionLimit;
}

export interface BeginDeps extends SessionDeps, ProviderDeps {
  ports: Ports;
}

export interface FinishDeps extends BeginDeps {
  connections: ConnectionTable;
  pending: PendingTable;
  vault: Vault;
}

export interface CompleteDeps {
  controls: ControlTable;
  connections: ConnectionTable;
  pending: PendingTable;
  ports: Pick<Ports, 'now'>;
}
