import { epochSeconds } from '../clock.ts';
import { type Caller, mayUseProvider } from '../configuration.ts';
import type { Captured } from '../connections/connection-table.ts';
import type { PendingConnection } from '../connections/pending.ts';
import { VersionConflict } from '../errors.ts';
import type { CompleteDeps } from './deps.ts';
import { requireEnabled } from './require-enabled.ts';
import { hashOf, isSecret } from './session-secrets.ts';

export type Completed =
  | { kind: 'completed'; provider: string; account: string }
  | { kind: 'unknown_code' }
  /** The caller's allow-list says no. */
  | { kind: 'denied'; provider: string };

const TRIES = 3;

/**
 * Makes a connection of what was captured in a session that asks for a confirmation. The one who
 * confirms says for whom: a code that another owner's browser brought home confirms nothing. Throws
 * `Disabled`; the code stays good meanwhile.
 */
export async function completeConnect(
  deps: CompleteDeps,
  policy: Caller,
  { owner, connectCode }: { owner: string; connectCode: string },
): Promise<Completed> {
  if (!isSecret(connectCode)) return { kind: 'unknown_code' };
  const codeHash = hashOf(connectCode);
  const pending = await deps.pending.get(owner, codeHash);
  if (pending === undefined || pending.expiresAt <= epochSeconds(deps.ports)) {
    return { kind: 'unknown_code' };
  }
  const { provider, account } = pending;
  if (!mayUseProvider(policy, provider)) return { kind: 'denied', provider };
  await requireEnabled(deps, owner, provider);
  const isConnected = await connect(deps, pending);
  // Only now: a confirmation that was cut off can be sent again.
  await deps.pending.remove(owner, codeHash);
  return isConnected ? { kind: 'completed', provider, account } : { kind: 'unknown_code' };
}

/**
 * Whether there is a connection now. What was confirmed before, or is older than what is there, changes
 * nothing: its tokens may have been rotated since, or revoked.
 */
async function connect(deps: CompleteDeps, pending: PendingConnection): Promise<boolean> {
  const { grantId, connectedAt } = pending.captured;
  for (let attempt = 1; ; attempt++) {
    const stored = await deps.connections.get(pending, true);
    if (stored !== undefined && (stored.grantId === grantId || stored.connectedAt > connectedAt)) {
      return stored.status !== 'disconnected';
    }
    const isLive = stored !== undefined && stored.status !== 'disconnected';
    const keeps = pending.keepsTokens && isLive && stored.tokens !== undefined;
    const captured: Captured = keeps
      ? // The refresh token in force is there alone; what was granted now comes with its next use.
        {
          ...pending.captured,
          tokens: stored.tokens!,
          expiresAt: epochSeconds(deps.ports),
          refreshTokenExpiresAt: stored.refreshTokenExpiresAt,
          dueAt: Math.min(stored.dueAt, pending.captured.dueAt),
        }
      : pending.captured;
    try {
      await deps.connections.capture(pending, captured, stored?.version ?? 0);
      return true;
    } catch (error) {
      if (!(error instanceof VersionConflict) || attempt === TRIES) throw error;
    }
  }
}
