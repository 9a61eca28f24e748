/** Epoch seconds, as the table holds times. */
export const epochSeconds = (ports: { now(): number }): number => Math.floor(ports.now() / 1_000);

/** Epoch seconds as ISO 8601 in UTC; `null` where there is no such time. */
export function isoTime(seconds: number | undefined): string | null {
  return seconds === undefined ? null : new Date(seconds * 1_000).toISOString();
}
