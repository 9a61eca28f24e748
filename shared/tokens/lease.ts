import type { Connection } from '../connections/connection.ts';

/**
 * How long a lease holds. The holder gives the provider less (`PROVIDER_MILLISECONDS`), so that whoever
 * takes a lease over finds nobody still at the provider.
 */
export const LEASE_SECONDS = 10;
export const PROVIDER_MILLISECONDS = 8_000;

// A function sees few connections at once; a watch that forgets only waits once more.
const WATCHED_AT_MOST = 1_000;

/**
 * Remembers which leases this process has seen, and since when: a lease is judged stale by the time
 * that a reader saw it unchanged, not by another host's clock.
 */
export interface LeaseWatch {
  /** Whether the lease on this row, as read at `now` (milliseconds), was held for longer than it lasts. */
  isStale(connection: Connection, now: number): boolean;
}

export function makeLeaseWatch(): LeaseWatch {
  const seen = new Map<string, { holder: string; since: number }>();
  return {
    isStale(connection, now) {
      const { owner, provider, account, lease } = connection;
      const row = JSON.stringify([owner, provider, account]);
      if (lease === undefined) {
        seen.delete(row);
        return false;
      }
      const before = seen.get(row);
      if (before?.holder === lease.holder) return now - before.since >= lease.seconds * 1_000;
      if (seen.size >= WATCHED_AT_MOST) seen.clear();
      seen.set(row, { holder: lease.holder, since: now });
      return false;
    },
  };
}
