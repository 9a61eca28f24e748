import type { Configuration } from '../configuration.ts';
import type { ConnectionTable } from '../connections/connection-table.ts';
import type { ProviderDeps } from '../oauth/client.ts';
import type { Ports } from '../ports.ts';
import type { Vault } from '../vault/vault.ts';

export interface ListDeps {
  connections: ConnectionTable;
  vault: Vault;
}

export interface TokenDeps extends ProviderDeps, ListDeps {
  configuration: Configuration;
  ports: Ports;
}
