import {
  CONSENT_NOTICES,
  type Connection,
  type Tokens,
} from '../../shared/connections/connection.ts';
import { catalog } from '../../shared/providers/catalog.ts';
import type { Provider } from '../../shared/providers/provider.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import { dueAt } from '../../shared/tokens/due.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** A provider's part of ten million connections. `accessTokenSeconds`: absent where it does not end. */
interface Share {
  id: string;
  connections: number;
  accessTokenSeconds?: number;
  /** Tokens live by being exchanged, or by a refresh token. */
  refreshes: boolean;
}

const MIX: Share[] = [
  { id: 'google', connections: 3_000_000, accessTokenSeconds: HOUR, refreshes: true },
  { id: 'microsoft', connections: 2_000_000, accessTokenSeconds: HOUR, refreshes: true },
  { id: 'github', connections: 1_500_000, refreshes: false },
  { id: 'linkedin', connections: 1_000_000, accessTokenSeconds: 60 * DAY, refreshes: true },
  { id: 'instagram', connections: 800_000, accessTokenSeconds: 60 * DAY, refreshes: false },
  { id: 'spotify', connections: 700_000, accessTokenSeconds: HOUR, refreshes: true },
  { id: 'box', connections: 500_000, accessTokenSeconds: HOUR, refreshes: true },
  { id: 'atlassian', connections: 500_000, accessTokenSeconds: HOUR, refreshes: true },
];

/** One connection stands for so many, and a provider's limit is as much smaller. */
export const WEIGHT = 100;

export interface Simulated extends Connection {
  inUse: boolean;
}

export interface Population {
  share: Share;
  provider: Provider;
  tokens: Tokens;
  connections: Simulated[];
}

/** Numbers from 0 to 1, the same in every run (mulberry32). */
export function makeChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a refresh at `now` leaves in the row. */
export function renewed(
  { share, provider, tokens }: Population,
  connection: Simulated,
  now: number,
) {
  const { accessTokenSeconds } = share;
  const { refreshTokenIdleLifetime } = provider;
  connection.updatedAt = now;
  connection.expiresAt = accessTokenSeconds === undefined ? undefined : now + accessTokenSeconds;
  connection.refreshTokenExpiresAt =
    tokens.refreshToken === undefined || refreshTokenIdleLifetime === undefined
      ? undefined
      : now + refreshTokenIdleLifetime;
  connection.failures = undefined;
  connection.dueAt = dueAt(provider, connection, tokens, now);
}

/** Connections that were captured, and last refreshed, at any time before; a share of them is in use. */
export function makePopulations(start: number, chance: () => number, inUse: number): Population[] {
  return MIX.map((share) => {
    const provider = resolveProvider(catalog[share.id], catalog, share.id);
    const population: Population = {
      share,
      provider: { ...provider, refreshesPerMinute: provider.refreshesPerMinute / WEIGHT },
      tokens: {
        accessToken: '',
        tokenType: 'bearer',
        ...(share.refreshes && { refreshToken: '' }),
      },
      connections: [],
    };
    for (let index = 0; index < share.connections / WEIGHT; index++) {
      const connection = {
        owner: String(index),
        provider: share.id,
        account: '',
        status: 'connected',
        inUse: chance() < inUse,
      } as Simulated;
      consented(population, connection, start - chance() * (provider.consentLifetime ?? 365 * DAY));
      const { consentEndsAt = Infinity } = connection;
      connection.consentNotice = CONSENT_NOTICES.findLast(
        (days) => consentEndsAt - days * DAY <= start,
      );
      renewed(population, connection, start);
      const rests = Math.min(connection.dueAt - start, 365 * DAY);
      const age = connection.inUse ? (share.accessTokenSeconds ?? 0) : rests;
      renewed(population, connection, Math.floor(start - chance() * age));
      population.connections.push(connection);
    }
    return population;
  });
}

/** A person connects, or connects again when the consent has ended. */
export function consented({ provider }: Population, connection: Simulated, now: number) {
  connection.connectedAt = Math.floor(now);
  connection.consentNotice = undefined;
  connection.consentEndsAt =
    provider.consentLifetime === undefined
      ? undefined
      : connection.connectedAt + provider.consentLifetime;
}
