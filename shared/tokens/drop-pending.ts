import { epochSeconds } from '../clock.ts';
import type { Tokens } from '../connections/connection.ts';
import type { PendingConnection } from '../connections/pending.ts';
import type { PendingTable } from '../connections/pending-table.ts';
import { describe } from '../incident.ts';
import { withProvider } from '../oauth/client.ts';
import { revokeTokens } from '../oauth/revocation.ts';
import { openJson } from '../vault/sealed-json.ts';
import type { DisconnectDeps } from './deps.ts';

export type Dropped = 'dropped' | 'postponed' | 'nothing_due';

/**
 * Drops a pending connection that nobody has confirmed in time, or, `early`, before that, and revokes its tokens. Where that
 * fails it comes up again, until its row is gone.
 */
export async function dropPending(
  deps: DisconnectDeps & { pending: PendingTable },
  { owner, codeHash, early }: { owner: string; codeHash: string; early?: true },
): Promise<Dropped> {
  const pending = await deps.pending.get(owner, codeHash);
  if (pending === undefined) return 'nothing_due';
  if (!early && pending.expiresAt > epochSeconds(deps.ports)) return 'nothing_due';
  try {
    await revoke(deps, pending);
  } catch (error) {
    deps.ports.log.warn('tokens that nobody confirmed were not revoked', {
      provider: pending.provider,
      cause: describe(error),
    });
    return 'postponed';
  }
  await deps.pending.remove(owner, codeHash);
  return 'dropped';
}

async function revoke(deps: DisconnectDeps, pending: PendingConnection): Promise<void> {
  const provider = deps.configuration.providers[pending.provider];
  // Revoking a whole grant would end connections of the same person that nobody asked to end.
  if (provider === undefined || provider.revocationScope === 'grant') return;
  const { captured } = pending;
  const stored = await deps.connections.get(pending, true);
  // It was confirmed, and its row only left over.
  if (stored?.grantId === captured.grantId) return;
  const tokens = await openJson<Tokens>(deps.vault, 'tokens', pending, captured.tokens!);
  if (stored?.tokens !== undefined && stored.status !== 'disconnected') {
    const kept = await openJson<Tokens>(deps.vault, 'tokens', stored, stored.tokens);
    // Some providers give the same token again (Slack): the connection lives by it.
    if (kept.accessToken === tokens.accessToken) return;
    if (kept.refreshToken !== undefined && kept.refreshToken === tokens.refreshToken) return;
  }
  await withProvider(deps, provider, (context) => revokeTokens(context, tokens), captured);
}
