import type { Configuration } from '../configuration.ts';
import type { ConnectionTable } from '../connections/connection-table.ts';
import type { ProviderHealth } from '../connections/provider-health.ts';
import type { ProviderDeps } from '../oauth/client.ts';
import type { Ports } from '../ports.ts';
import type { Vault } from '../vault/vault.ts';
import type { LeaseWatch } from './lease.ts';

export interface ListDeps {
  connections: ConnectionTable;
  vault: Vault;
}

export interface DisconnectDeps extends ProviderDeps, ListDeps {
  configuration: Configuration;
  ports: Ports;
}

export interface TokenDeps extends DisconnectDeps {
  health: ProviderHealth;
  leases: LeaseWatch;
}
