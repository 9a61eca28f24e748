import { InvalidRequest } from './errors.ts';

// Control characters (Cc) and the bidirectional formatting characters of UAX #9, which can make two
// different names look alike to a person.
const FORBIDDEN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

export const IDENTITY_EXPECTED =
  '1 to 256 bytes of UTF-8 in NFC, without control or bidirectional characters';

/** Whether a string may name an owner or an account. */
export function isIdentity(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.isWellFormed() &&
    Buffer.byteLength(value) <= 256 &&
    value.normalize('NFC') === value &&
    !FORBIDDEN.test(value)
  );
}

/** The value itself, or `InvalidRequest` naming the field. */
export function requireIdentity(field: string, value: unknown): string {
  if (!isIdentity(value)) throw new InvalidRequest(field, `expected ${IDENTITY_EXPECTED}`);
  return value;
}

/** Provider ids and caller names. */
export const PROVIDER_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
export const CALLER_NAME = /^[a-z][a-z0-9-]{0,62}$/;
