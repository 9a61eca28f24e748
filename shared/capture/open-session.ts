import { epochSeconds } from '../clock.ts';
import type { ConnectSession } from '../connections/session.ts';
import type { SessionDeps } from './deps.ts';
import { hashOf, isSecret, isSid, newSecret, sameHash, sidOf } from './session-secrets.ts';

/** Why a browser is not let in. */
export type SessionRefusal = 'unknown_session' | 'expired_session' | 'other_browser';

export type OpenedSession =
  | { kind: 'open'; session: ConnectSession; browserSecret: string; claimed: boolean }
  /** Another browser holds it, and nothing has begun: a person may take it over. */
  | { kind: 'held_elsewhere'; sessionToken: string }
  /** A look that claims nothing: a prefetch, or no document. */
  | { kind: 'not_claimed' }
  | { kind: 'refused'; reason: SessionRefusal };

/** How a browser comes to a session's door. */
export interface Visit {
  /** `session` of the query: the session's token. */
  token: string | null;
  /** `s` of the query: the session's public id. */
  sid: string | null;
  /** The cookie of a session. */
  cookie(sid: string): string | undefined;
  /** A person navigates here; not a prefetch, not a sub-resource. */
  navigates: boolean;
  /** The person pressed "continue here". */
  takeOver: boolean;
}

/** Lets a browser into its session; the first one to come with the session's token owns it. */
export async function openSession(deps: SessionDeps, visit: Visit): Promise<OpenedSession> {
  return visit.token === null ? openBySid(deps, visit) : openByToken(deps, visit, visit.token);
}

async function openBySid(deps: SessionDeps, visit: Visit): Promise<OpenedSession> {
  if (!isSid(visit.sid)) return { kind: 'refused', reason: 'unknown_session' };
  const session = await deps.sessions.get(visit.sid);
  const refusal = refusalOf(deps, session);
  if (refusal !== undefined) return { kind: 'refused', reason: refusal };
  const held = heldBy(session!, visit);
  return held === undefined
    ? { kind: 'refused', reason: 'other_browser' }
    : { kind: 'open', session: session!, browserSecret: held, claimed: false };
}

async function openByToken(deps: SessionDeps, visit: Visit, token: string): Promise<OpenedSession> {
  if (!isSecret(token)) return { kind: 'refused', reason: 'unknown_session' };
  const sid = sidOf(token);
  const tokenHash = hashOf(token);
  const session = await deps.sessions.get(sid);
  if (session !== undefined && !sameHash(session.tokenHash, tokenHash)) {
    return { kind: 'refused', reason: 'unknown_session' };
  }
  const refusal = refusalOf(deps, session);
  if (refusal !== undefined) return { kind: 'refused', reason: refusal };
  const held = heldBy(session!, visit);
  if (held !== undefined) {
    return { kind: 'open', session: session!, browserSecret: held, claimed: false };
  }
  if (!visit.navigates) return { kind: 'not_claimed' };
  const browserSecret = newSecret(deps.ports.random);
  const claimed = await deps.sessions.claim(
    { sid, tokenHash, browserHash: hashOf(browserSecret), takeOver: visit.takeOver },
    epochSeconds(deps.ports),
  );
  if (claimed !== undefined) {
    return { kind: 'open', session: claimed, browserSecret, claimed: true };
  }
  return session!.startedAt === undefined && !visit.takeOver
    ? { kind: 'held_elsewhere', sessionToken: token }
    : { kind: 'refused', reason: 'other_browser' };
}

function refusalOf(
  deps: SessionDeps,
  session: ConnectSession | undefined,
): SessionRefusal | undefined {
  if (session === undefined) return 'unknown_session';
  return session.expiresAt <= epochSeconds(deps.ports) ? 'expired_session' : undefined;
}

/** The browser's secret, if this browser is the one that the session belongs to. */
function heldBy(session: ConnectSession, visit: Visit): string | undefined {
  const cookie = visit.cookie(session.sid);
  return isSecret(cookie) && sameHash(session.browserHash, hashOf(cookie)) ? cookie : undefined;
}
