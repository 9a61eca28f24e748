import { setTimeout as sleep } from 'node:timers/promises';
import { OPERATOR } from '../../shared/configuration.ts';
import type { ConnectionKey } from '../../shared/connections/connection.ts';
import { FRESH_MILLISECONDS } from '../../shared/connections/control-table.ts';
import type { Disconnected } from '../../shared/tokens/disconnect.ts';
import { CommandFailed } from './errors.ts';
import { invoke } from './invoke.ts';
import { listConnections } from './list-connections.ts';
import type { Terminal } from './output.ts';
import { progressBar } from './progress-bar.ts';
import type { Subject } from './subject.ts';
import { connectionsOf } from './switches.ts';
import type { Target } from './target.ts';

// Providers limit how often they are asked: five revocations a second is what all of them bear.
const PAUSE_MILLISECONDS = 200;
const AT_ONCE = 5;
// So many in a row are not the connections' fault.
const FAILURES_IN_A_ROW = 10;

/** What has become of the connections. */
export interface Revocation {
  /** The provider has revoked their tokens. */
  revoked: number;
  /** The provider offers no revocation: they are disconnected. */
  unsupported: number;
  /** Disconnected, and the provider could not be told yet. */
  notRevoked: number;
  /** Nothing was left to do. */
  skipped: number;
  failed: number;
}

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
): Promise<Revocation> {
  const counts: Revocation = { revoked: 0, unsupported: 0, notRevoked: 0, skipped: 0, failed: 0 };
  const bar = progressBar(terminal.stderr);
  const running = new Set<Promise<void>>();
  let failure: CommandFailed | undefined;
  let failuresInARow = 0;
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  process.on('SIGINT', interrupt);

  const end = async (key: ConnectionKey) => {
    try {
      counts[await disconnected(target, key)]++;
      failuresInARow = 0;
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      counts.failed++;
      failuresInARow++;
      failure = error;
    }
  };
  const stops = () => interrupted || failuresInARow >= FAILURES_IN_A_ROW;
  try {
    // Until then somebody may still connect, who would be left out.
    await sleep(Math.max(0, (disabledAt + 1) * 1_000 + FRESH_MILLISECONDS - Date.now()));
    for await (const { done, keys } of concerned(target, subject)) {
      for (const key of keys) {
        if (stops()) break;
        if (running.size >= AT_ONCE) await Promise.race(running);
        const ending = end(key).finally(() => running.delete(ending));
        running.add(ending);
        bar.show(done, words(counts));
        await sleep(PAUSE_MILLISECONDS);
      }
      if (stops()) break;
    }
    await Promise.all(running);
  } finally {
    process.removeListener('SIGINT', interrupt);
    bar.end(interrupted ? undefined : 1, words(counts));
  }
  if (interrupted) {
    throw new CommandFailed(
      `interrupted (${words(counts)}): everything stays switched off; run the same command again to go on`,
      { type: 'interrupted' },
    );
  }
  if (failure !== undefined) {
    throw new CommandFailed(
      `${words(counts)}: run the same command again to go on. The last failure: ${failure.message}`,
      { type: failure.type },
    );
  }
  return counts;
}

/** Connections with the share of the work that was done when they came. */
async function* concerned(
  target: Target,
  subject: Subject,
): AsyncGenerator<{ done: number; keys: ConnectionKey[] }> {
  switch (subject.kind) {
    case 'connection':
      yield { done: 0, keys: [subject] };
      return;
    case 'owner': {
      const { owner } = subject;
      const listed = await listConnections(target, { owner });
      for (const [index, { provider, account }] of listed.entries()) {
        yield { done: index / listed.length, keys: [{ owner, provider, account }] };
      }
      return;
    }
    case 'provider':
      yield* connectionsOf(target, subject.provider);
      return;
    case 'all': {
      const providers = Object.keys(target.providers());
      for (const [index, provider] of providers.entries()) {
        for await (const { done, keys } of connectionsOf(target, provider)) {
          yield { done: (index + done) / providers.length, keys };
        }
      }
    }
  }
}

async function disconnected(target: Target, key: ConnectionKey): Promise<keyof Revocation> {
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

/** Counts in words: `12 revoked, 3 skipped`. */
export function words(counts: Revocation): string {
  const names: Record<keyof Revocation, string> = {
    revoked: 'revoked',
    unsupported: 'disconnected without revocation',
    notRevoked: 'not revoked yet',
    skipped: 'skipped',
    failed: 'failed',
  };
  const said = Object.entries(counts).filter(([, count]) => count > 0);
  if (said.length === 0) return 'nothing was connected';
  return said.map(([name, count]) => `${count} ${names[name as keyof Revocation]}`).join(', ');
}
