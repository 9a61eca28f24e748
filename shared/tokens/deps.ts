import type { Configuration } from '../configuration.ts';
import type { ConnectionTable } from '../connections/connection-table.ts';
import type { ControlTable } from '../connections/control-table.ts';
import type { ProviderHealth } from '../connections/provider-health.ts';
import type { ProviderDeps } from '../oauth/client.ts';
import type { Ports } from '../ports.ts';
import type { Spool } from '../queues/spooled-pair.ts';
import type { Vault } from '../vault/vault.ts';
import type { LeaseWatch } from './lease.ts';

interface StoreDeps {
  connections: ConnectionTable;
  vault: Vault;
}

export interface ListDeps extends StoreDeps {
  controls: ControlTable;
}

export interface DisconnectDeps extends ProviderDeps, StoreDeps {
  configuration: Configuration;
  ports: Ports;
  spool: Spool;
}

export interface TokenDeps extends DisconnectDeps {
  controls: ControlTable;
  health: ProviderHealth;
  leases: LeaseWatch;
}
