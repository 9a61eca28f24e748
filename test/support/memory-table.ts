import {
  type Connection,
  type ConnectionKey,
  type Lease,
  RECORD_VERSION,
} from '../../shared/connections/connection.ts';
import type {
  Captured,
  Changes,
  ConnectionTable,
} from '../../shared/connections/connection-table.ts';
import type { ControlTable } from '../../shared/connections/control-table.ts';
import type { PendingConnection } from '../../shared/connections/pending.ts';
import type { PendingTable } from '../../shared/connections/pending-table.ts';
import type { ProviderHealth, Trouble } from '../../shared/connections/provider-health.ts';
import { VersionConflict } from '../../shared/errors.ts';

/** A connection table in memory, for tests that run a hundred thousand steps; the contract suite runs on it too. */
export function makeMemoryTable(): ConnectionTable {
  const rows = new Map<string, Connection>();
  const nameOf = ({ owner, provider, account }: ConnectionKey) =>
    JSON.stringify([owner, provider, account]);
  const live = (owner: string, provider?: string) =>
    [...rows.values()]
      .filter((row) => row.owner === owner && (provider ?? row.provider) === row.provider)
      .filter((row) => row.status !== 'disconnected')
      .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const asRead = (current: Connection) => {
    const row = rows.get(nameOf(current));
    return row?.version === current.version && row.grantId === current.grantId ? row : undefined;
  };
  const write = (row: Connection) => {
    rows.set(nameOf(row), row);
    return structuredClone(row);
  };

  return {
    async get(key) {
      return structuredClone(rows.get(nameOf(key)));
    },
    async find(owner, provider) {
      return structuredClone(live(owner, provider));
    },
    async list(owner, provider, after) {
      const found = live(owner, provider).filter(
        (row) => after === undefined || sortKey(row) > after,
      );
      const page = found.slice(0, 50).map(({ tokens: _tokens, lease: _lease, ...row }) => row);
      return {
        connections: structuredClone(page),
        ...(found.length > 50 && { next: sortKey(found[49]!) }),
      };
    },
    async capture(key, captured: Captured, expectedVersion) {
      const before = rows.get(nameOf(key));
      if (expectedVersion !== undefined && (before?.version ?? 0) !== expectedVersion) {
        throw new VersionConflict('the connection has changed');
      }
      const version = (before?.version ?? 0) + 1;
      const { owner, provider, account } = key;
      write({
        owner,
        provider,
        account,
        ...defined(captured),
        recordVersion: RECORD_VERSION,
        version,
        duePartition: `${provider}#0`,
      } as Connection);
      return version;
    },
    async change(current, changes: Changes, holder) {
      const row = asRead(current);
      const held = holder === undefined || (row?.lease?.holder ?? null) === holder;
      if (row === undefined || !held) {
        throw new VersionConflict('the connection has changed');
      }
      const version = row.version + 1;
      const lease = holder === undefined ? row.lease : undefined;
      return write(defined({ ...row, lease, ...changes, version }) as Connection);
    },
    async schedule(current, schedule) {
      const row = asRead(current);
      if (row === undefined || row.lease !== undefined) return false;
      write({ ...row, ...schedule });
      return true;
    },
    async reseal(current, sealed) {
      const row = asRead(current);
      if (row !== undefined) write({ ...row, ...sealed });
      return row !== undefined;
    },
    async takeLease(current, taken: { lease: Lease; dueAt: number }, replacing) {
      const row = asRead(current);
      if (row === undefined) return false;
      if (![replacing, taken.lease.holder].includes(row.lease?.holder)) return false;
      write({ ...row, ...taken });
      return true;
    },
    async releaseLease(key, holder, left) {
      const row = rows.get(nameOf(key));
      if (row?.lease?.holder !== holder) return;
      const { lease: _lease, ...free } = row;
      write({ ...free, ...left });
    },
  };
}

const sortKey = ({ provider, account }: ConnectionKey) => `CONN#${provider}#${account}`;

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

/** Nothing is switched off. */
export const nothingDisabled: ControlTable = { disabled: async () => new Map() };

/** Pending connections, in memory. */
export function makeMemoryPending(): PendingTable {
  const rows = new Map<string, PendingConnection>();
  const nameOf = (owner: string, codeHash: string) => JSON.stringify([owner, codeHash]);
  return {
    create: async (pending) => void rows.set(nameOf(pending.owner, pending.codeHash), pending),
    get: async (owner, codeHash) => structuredClone(rows.get(nameOf(owner, codeHash))),
    remove: async (owner, codeHash) => void rows.delete(nameOf(owner, codeHash)),
  };
}

/** The windows of providers in trouble, in memory. */
export function makeMemoryHealth(): ProviderHealth {
  const troubles = new Map<string, Trouble>();
  return {
    get: async (provider) => troubles.get(provider),
    async claimProbe(provider, seen, retryAt) {
      if (troubles.get(provider)?.retryAt !== seen.retryAt) return false;
      troubles.set(provider, { failures: seen.failures, retryAt });
      return true;
    },
    async failed(provider, failures, retryAt) {
      const known = troubles.get(provider);
      if (known === undefined || known.retryAt < retryAt) {
        troubles.set(provider, { failures, retryAt });
      }
    },
    async recovered(provider) {
      troubles.delete(provider);
    },
  };
}
