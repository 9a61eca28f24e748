import type { Connection } from '../connections/connection.ts';

/**
 * How long a lease holds. The holder gives the provider less (`PROVIDER_MILLISECONDS`), so that whoever
 * takes a lease over finds nobody still at the provider.
 */
export const LEASE_SECONDS = 10;
export const PROVIDER_MILLISECONDS = 8_000;

/**
 * From then on a pair that the table does not take is spooled. A save that hangs takes six seconds, and
 * the pair should be in the spool when the lease ends.
 */
export const SPOOL_AFTER_MILLISECONDS = 4_000;

/** For so long a lease that has ended stands, so that a spooled pair is merged before anybody replays. */
const MERGE_MILLISECONDS = 500;

// A function sees few connections at once; a watch that forgets only waits once more.
const WATCHED_AT_MOST = 1_000;

/** A lease that was taken. Times are milliseconds since the epoch. */
export interface HeldLease {
  holder: string;
  takenAt: number;
  /** The same as the table holds times. */
  takenAtSeconds: number;
  /** When the function ends. */
  endsAt: number;
  /** See `RefreshOptions`. */
  forced?: boolean;
}

/**
 * Remembers which leases this process has seen, and since when: a lease is judged stale by the time
 * that a reader saw it unchanged, not by another host's clock.
 */
export interface LeaseWatch {
  /**
   * Milliseconds until the lease on this row, as read at `now`, has been held for longer than it lasts;
   * 0 or less: it has, or there is none.
   */
  staleIn(connection: Connection, now: number): number;
}

export function makeLeaseWatch(): LeaseWatch {
  const seen = new Map<string, { holder: string; since: number }>();
  return {
    staleIn(connection, now) {
      const { owner, provider, account, lease } = connection;
      const row = JSON.stringify([owner, provider, account]);
      if (lease === undefined) {
        seen.delete(row);
        return 0;
      }
      const before = seen.get(row);
      const since = before?.holder === lease.holder ? before.since : now;
      if (since === now) {
        if (seen.size >= WATCHED_AT_MOST) seen.clear();
        seen.set(row, { holder: lease.holder, since });
      }
      return since + lease.seconds * 1_000 + MERGE_MILLISECONDS - now;
    },
  };
}
