import { CaptureError } from './errors.ts';
import type { Ports } from './ports.ts';

// 32 letters and digits that are read aloud without mistakes.
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz0';

/** An id of 60 random bits that a person can quote and an operator find in the log. */
export function newReference(ports: Pick<Ports, 'random'>): string {
  return [...ports.random(12)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** What a log may say of an error: messages of our own errors, of others only the name, never a `cause`. */
export function describe(error: unknown): string {
  if (error instanceof CaptureError) return `${error.name}: ${error.message}`;
  return error instanceof Error ? error.name : 'unknown error';
}
