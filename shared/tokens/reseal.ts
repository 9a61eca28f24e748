import { epochSeconds } from '../clock.ts';
import type { ConnectionKey } from '../connections/connection.ts';
import { VersionConflict } from '../errors.ts';
import { resealValue } from '../vault/sealed-json.ts';
import type { DisconnectDeps } from './deps.ts';

/** `skipped`: it was done already, or nothing is sealed there any more. */
export type Resealed = 'resealed' | 'skipped';

const TRIES = 3;

/**
 * Seals what a connection's row holds anew, under new data keys, unless that was done at `since` (epoch
 * seconds) or later. It stays the same version of the same values: whoever refreshes it meanwhile, or
 * has spooled what replaces it, is not disturbed.
 */
export async function reseal(
  { connections, vault, ports }: Pick<DisconnectDeps, 'connections' | 'vault' | 'ports'>,
  key: ConnectionKey,
  since: number,
): Promise<Resealed> {
  for (let attempt = 1; ; attempt++) {
    const row = await connections.get(key, true);
    if (row === undefined || (row.resealedAt ?? 0) >= since) return 'skipped';
    const { tokens, profile } = row;
    if (tokens === undefined && profile === undefined) return 'skipped';
    const sealed = {
      ...(tokens && { tokens: await resealValue(vault, 'tokens', row, tokens) }),
      ...(profile && { profile: await resealValue(vault, 'profile', row, profile) }),
      resealedAt: epochSeconds(ports),
    };
    if (await connections.reseal(row, sealed)) return 'resealed';
    if (attempt === TRIES) throw new VersionConflict('the connection has changed');
  }
}
