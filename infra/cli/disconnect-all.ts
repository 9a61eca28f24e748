import { setTimeout as sleep } from 'node:timers/promises';
import { OPERATOR } from '../../shared/configuration.ts';
import type { ConnectionKey } from '../../shared/connections/connection.ts';
import { FRESH_MILLISECONDS } from '../../shared/connections/control-table.ts';
import type { Disconnected } from '../../shared/tokens/disconnect.ts';
import { connectionsOf } from './connections-of.ts';
import { invoke } from './invoke.ts';
import type { Terminal } from './output.ts';
import type { Subject } from './subject.ts';
import type { Target } from './target.ts';
import { type Counts, words, workThrough } from './work-through.ts';

// Providers limit how often they are asked: five revocations a second is what all of them bear.
export const REVOCATION_PAUSE_MILLISECONDS = 200;

/** What can become of a connection that is disconnected. */
export const REVOCATIONS = {
  /** The provider has revoked its tokens. */
  revoked: 'revoked',
  /** The provider offers no revocation: it is disconnected. */
  unsupported: 'disconnected without revocation',
  /** Disconnected, and the provider could not be told yet. */
  notRevoked: 'not revoked yet',
  /** Nothing was left to do. */
  skipped: 'skipped',
};

export type Revocation = keyof typeof REVOCATIONS;

const NOTHING = 'nothing was connected';

/** Counts in words: `12 revoked, 3 skipped`. */
export const revocationWords = (counts: Counts<Revocation>) => words(counts, REVOCATIONS, NOTHING);

/**
 * Disconnects all that a switch concerns, so that the providers revoke it. What is disconnected already
 * is skipped: run again, it goes on. `disabledAt`: since when it is switched off, in epoch seconds. Throws
 * `CommandFailed` when it is interrupted or gets nowhere.
 */
export async function disconnectAll(
  target: Target,
  subject: Subject,
  disabledAt: number,
  terminal: Terminal,
): Promise<Counts<Revocation>> {
  // Until then somebody may still connect, who would be left out.
  await sleep(Math.max(0, (disabledAt + 1) * 1_000 + FRESH_MILLISECONDS - Date.now()));
  return workThrough(terminal, {
    items: connectionsOf(target, subject),
    handle: async (key) => ({ [await disconnected(target, key)]: 1 }),
    names: REVOCATIONS,
    nothing: NOTHING,
    pauseMilliseconds: REVOCATION_PAUSE_MILLISECONDS,
    goOn: 'everything stays switched off; run the same command again',
  });
}

/** Disconnects one; what has become of it. Throws `CommandFailed`. */
export async function disconnected(target: Target, key: ConnectionKey): Promise<Revocation> {
  const answer = await invoke<Disconnected | { status: 'not_connected' }>(
    target,
    'disconnect',
    { ...key },
    { caller: OPERATOR, good: ['disconnected', 'not_connected'] },
  );
  if (answer.status === 'not_connected') return 'skipped';
  const { revoked } = answer;
  return revoked === 'yes' ? 'revoked' : revoked === 'no' ? 'notRevoked' : 'unsupported';
}
