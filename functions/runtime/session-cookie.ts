import type { OpenedSession } from '../../shared/capture/open-session.ts';
import { epochSeconds } from '../../shared/clock.ts';
import type { Ports } from '../../shared/ports.ts';
import { cookieName } from './browser-request.ts';

/** The `Set-Cookie` of a session that this browser has just claimed; it ends with the session. */
export function sessionCookies(
  opened: OpenedSession & { kind: 'open' },
  ports: Pick<Ports, 'now'>,
): string[] {
  if (!opened.claimed) return [];
  const { sid, expiresAt } = opened.session;
  const maxAge = expiresAt - epochSeconds(ports);
  return [
    `${cookieName(sid)}=${opened.browserSecret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAge}`,
  ];
}
