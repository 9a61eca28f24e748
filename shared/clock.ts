import type { Ports } from './ports.ts';

/** Epoch seconds, as the table holds times: by the clock that all hosts share, where it is known. */
export const epochSeconds = ({ now, clockOffset }: Pick<Ports, 'now' | 'clockOffset'>): number =>
  Math.floor((now() + (clockOffset?.() ?? 0)) / 1_000);

/** Epoch seconds as ISO 8601 in UTC; `null` where there is no such time. */
export function isoTime(seconds: number | undefined): string | null {
  return seconds === undefined ? null : new Date(seconds * 1_000).toISOString();
}

/** How far this host's clock is from one that all hosts hear. */
export interface SharedClock {
  /** Milliseconds to add to this host's time. */
  offset(): number;
  /** A `Date` header (RFC 9110 section 6.6.1) that came between two moments of this host. */
  heard(date: string | undefined, sentAt: number, receivedAt: number): void;
}

// The header has no fractions of a second.
const RESOLUTION_MILLISECONDS = 1_000;

export function makeSharedClock(): SharedClock {
  let offset = 0;
  return {
    offset: () => offset,
    heard(date, sentAt, receivedAt) {
      const told = Date.parse(date ?? '') + RESOLUTION_MILLISECONDS / 2;
      if (Number.isNaN(told)) return;
      const ahead = told - (sentAt + receivedAt) / 2;
      const doubt = RESOLUTION_MILLISECONDS + (receivedAt - sentAt);
      offset = Math.abs(ahead) > doubt ? Math.round(ahead) : 0;
    },
  };
}

export const HOUR = 3_600;

/** When the hour of the clock began that a moment lies in. Epoch seconds. */
export const hourOf = (seconds: number): number => seconds - (seconds % HOUR);

/** Seconds until the next hour of the clock begins. */
export const restOfHour = (seconds: number): number => HOUR - (seconds % HOUR);
