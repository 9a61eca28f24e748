import { createHash, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Ports } from '../ports.ts';

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

/** Form of a session's token and of a browser's cookie: 256 bits, base64url. */
const SECRET = /^[A-Za-z0-9_-]{43}$/;
const SID = /^[A-Za-z0-9_-]{16}$/;
const STATE = /^([A-Za-z0-9_-]{16})\.[A-Za-z0-9_-]{43}$/;

export function newSecret(random: Ports['random']): string {
  return base64url(random(32));
}

export function isSecret(value: string | null | undefined): value is string {
  return value != null && SECRET.test(value);
}

export function isSid(value: string | null): value is string {
  return value !== null && SID.test(value);
}

/** What the table holds of a secret. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

export function sameHash(a: string | undefined, b: string): boolean {
  return (
    a !== undefined && a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
  );
}

export function sidOf(sessionToken: string): string {
  return hashOf(sessionToken).slice(0, 16);
}

/** `state` names its session, so that a callback finds it with one look; its random part makes it unguessable. */
export function newState(sid: string, random: Ports['random']): string {
  return `${sid}.${newSecret(random)}`;
}

export function sidOfState(state: string | null): string | undefined {
  return state === null ? undefined : STATE.exec(state)?.[1];
}

/**
 * PKCE verifier and nonce of a request, derived from the browser's secret, of which the table holds a
 * hash only: nothing about a request has to be sealed.
 */
export function requestSecrets(browserSecret: string, state: string) {
  const derive = (label: string) =>
    base64url(new Uint8Array(hkdfSync('sha256', browserSecret, state, label, 32)));
  return { codeVerifier: derive('pkce'), nonce: derive('nonce') };
}
