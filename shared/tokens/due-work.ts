import { epochSeconds } from '../clock.ts';
import {
  type Connection,
  type ConnectionKey,
  NEVER,
  type Tokens,
} from '../connections/connection.ts';
import { VersionConflict } from '../errors.ts';
import type { Provider } from '../providers/provider.ts';
import { openJson } from '../vault/sealed-json.ts';
import type { TokenDeps } from './deps.ts';
import { revokeTombstone } from './disconnect.ts';
import { dueAt, dueWork, tryAgainAt } from './due.ts';
import { refreshConnection } from './refresh.ts';
import { switchedOff, switchedOffItself } from './switched-off.ts';

/** What became of a connection that had come up. */
export type DueResult =
  | 'refreshed'
  | 'notice_given'
  | 'needs_reauth'
  | 'revoked'
  /** Switched off: looked at again, and left alone until it is on. */
  | 'disabled'
  /** Comes up again after its back-off. */
  | 'postponed'
  /** Gone, or done by another one meanwhile. */
  | 'nothing_due';

// What stands in the way of many connections is looked at again by all of them.
const IN_THE_WAY_SECONDS = 60 * 60;

/**
 * Does what is due for a connection that has come up. A provider that does not answer only postpones
 * it; what throws is a fault of ours or of AWS. `endsAt`: when the function ends, in milliseconds since
 * the epoch.
 */
export async function doDueWork(
  deps: TokenDeps,
  key: ConnectionKey,
  endsAt: number,
): Promise<DueResult> {
  const provider = deps.configuration.providers[key.provider];
  const connection = await deps.connections.get(key, true);
  if (provider === undefined || connection?.tokens === undefined) return 'nothing_due';
  try {
    if (connection.status === 'disconnected') {
      const { revoked } = await revokeTombstone(deps, connection);
      return revoked === 'no' ? 'postponed' : 'revoked';
    }
    if ((await switchedOff(deps, connection)) ?? switchedOffItself(connection)) {
      const dueAt = epochSeconds(deps.ports) + IN_THE_WAY_SECONDS;
      await deps.connections.schedule(connection, { dueAt });
      return 'disabled';
    }
    return await doWork(deps, provider, connection, endsAt);
  } catch (error) {
    // Else it would come up each quarter of an hour for ever. Where this cannot be written, it does.
    await postpone(deps, connection, 0).catch(() => undefined);
    throw error;
  }
}

async function doWork(
  deps: TokenDeps,
  provider: Provider,
  connection: Connection,
  endsAt: number,
): Promise<DueResult> {
  const tokens = await openJson<Tokens>(deps.vault, 'tokens', connection, connection.tokens!);
  const now = epochSeconds(deps.ports);
  const { notice, refreshes } = dueWork(provider, connection, tokens, now);
  const current = notice === undefined ? connection : { ...connection, consentNotice: notice };
  if (notice !== undefined || !refreshes) {
    await deps.connections.schedule(connection, {
      dueAt: dueAt(provider, current, tokens, now),
      ...(notice !== undefined && { consentNotice: notice }),
    });
  }
  if (!refreshes) return notice === undefined ? 'nothing_due' : 'notice_given';
  const options = { endsAt, waits: true };
  const refreshed = await refreshConnection(deps, provider, current, tokens, options);
  switch (refreshed.kind) {
    case 'refreshed':
    case 'needs_reauth':
      return refreshed.kind;
    case 'not_connected':
      return 'nothing_due';
    case 'no_refresh_token':
      return endConnection(deps, current);
    case 'unavailable':
      return postpone(deps, current, refreshed.retryAfterSeconds ?? 0);
    case 'misconfigured':
      return postpone(deps, current, IN_THE_WAY_SECONDS);
  }
}

async function postpone(
  { connections, ports }: TokenDeps,
  connection: Connection,
  seconds: number,
): Promise<DueResult> {
  const now = epochSeconds(ports);
  const failures = (connection.failures ?? 0) + 1;
  const dueAt = Math.max(tryAgainAt(now, failures), now + seconds);
  await connections.schedule(connection, { dueAt, failures });
  return 'postponed';
}

/** Its token has ended and nothing makes it fresh: whoever follows the connection is told. */
async function endConnection(deps: TokenDeps, connection: Connection): Promise<DueResult> {
  try {
    await deps.connections.change(connection, {
      status: 'needs_reauth',
      dueAt: NEVER,
      updatedAt: epochSeconds(deps.ports),
    });
    return 'needs_reauth';
  } catch (error) {
    if (error instanceof VersionConflict) return 'nothing_due';
    throw error;
  }
}
