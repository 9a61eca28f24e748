import {
  CONSENT_NOTICES,
  type Connection,
  type ConsentNotice,
  NEVER,
  type Tokens,
} from '../connections/connection.ts';
import type { TokenAnswer } from '../oauth/token-endpoint.ts';
import { isExchanged } from '../oauth/token-exchange.ts';
import type { Provider } from '../providers/provider.ts';

const DAY = 24 * 60 * 60;

// A refresh token is used a quarter of its life before it ends, and no more than a week: a day without
// the sweep, and the day after, in which it catches up, lose none that lives for eight days or more.
const LONGEST_MARGIN_SECONDS = 7 * DAY;
// What lives shorter cannot be kept by a clock that ticks each minute.
const SHORTEST_LIFE_SECONDS = 5 * 60;

// The sweep looks once a minute and spreads what it finds over the next: this leaves it three more.
const AHEAD_SECONDS = 5 * 60;

const FIRST_BACK_OFF_SECONDS = 5 * 60;

/** What says when something has to be done for a connection. Times are epoch seconds. */
type Facts = Pick<
  Connection,
  | 'status'
  | 'connectedAt'
  | 'updatedAt'
  | 'expiresAt'
  | 'refreshTokenExpiresAt'
  | 'consentEndsAt'
  | 'consentNotice'
>;

/**
 * The moment after which something would be lost, or somebody not told, if nothing were done; `NEVER`
 * when there is none. The end of an access token that can be refreshed is none. May lie in the past.
 */
export function dueAt(provider: Provider, facts: Facts, tokens: Tokens, now: number): number {
  if (facts.status !== 'connected') return NEVER;
  return Math.min(noticeDueAt(facts, now), renewalDueAt(provider, facts, tokens));
}

/** When tokens have to be made fresh, or are found to have ended. */
export function renewalDueAt(
  provider: Provider,
  { updatedAt, expiresAt, refreshTokenExpiresAt }: Facts,
  tokens: Tokens,
): number {
  if (isExchanged(provider, tokens))
    return expiresAt === undefined ? NEVER : halfLife(updatedAt, expiresAt);
  if (tokens.refreshToken === undefined) return expiresAt ?? NEVER;
  if (refreshTokenExpiresAt === undefined) return NEVER;
  const life = refreshTokenExpiresAt - updatedAt;
  if (life < SHORTEST_LIFE_SECONDS) return NEVER;
  return Math.floor(refreshTokenExpiresAt - Math.min(life / 4, LONGEST_MARGIN_SECONDS));
}

/** The middle of a token's life. */
export function halfLife(updatedAt: number, expiresAt: number): number {
  return Math.floor((updatedAt + expiresAt) / 2);
}

/**
 * When a connection in use is refreshed, so that nobody waits for it: shortly before its token ends.
 * Asked when the token is used; `undefined` while it is young, or where something is due before its end.
 */
export function aheadOfExpiry(
  { updatedAt, expiresAt, dueAt, lease }: Connection,
  tokens: Tokens,
  now: number,
): number | undefined {
  if (expiresAt === undefined || tokens.refreshToken === undefined) return undefined;
  if (now < halfLife(updatedAt, expiresAt) || dueAt < expiresAt || lease !== undefined)
    return undefined;
  const ahead = aheadAt(updatedAt, expiresAt);
  return ahead > now ? ahead : undefined;
}

function aheadAt(updatedAt: number, expiresAt: number): number {
  return Math.floor(expiresAt - Math.min((expiresAt - updatedAt) / 4, AHEAD_SECONDS));
}

/** What the sweep has to do for a connection that has come up. */
export interface DueWork {
  /** A notice to give. */
  notice?: ConsentNotice;
  refreshes: boolean;
}

/** What is due now. A lease that is still there belongs to one who was killed, or who is at it. */
export function dueWork(
  provider: Provider,
  connection: Connection,
  tokens: Tokens,
  now: number,
): DueWork {
  if (connection.status !== 'connected') return { refreshes: false };
  const notice = dueNotice(connection, now);
  const { updatedAt, expiresAt, lease } = connection;
  const inUse =
    notice === undefined &&
    tokens.refreshToken !== undefined &&
    expiresAt !== undefined &&
    aheadAt(updatedAt, expiresAt) <= now;
  return {
    ...(notice !== undefined && { notice }),
    refreshes: lease !== undefined || inUse || renewalDueAt(provider, connection, tokens) <= now,
  };
}

/** The notices that are still to be given, the first one first. */
function noticesLeft({ consentEndsAt, consentNotice, connectedAt }: Facts, now: number) {
  if (consentEndsAt === undefined || consentEndsAt <= now) return [];
  return CONSENT_NOTICES.map((days) => ({ days, at: consentEndsAt - days * DAY })).filter(
    // What the person has just consented to needs no notice.
    ({ days, at }) => days < (consentNotice ?? Infinity) && at > connectedAt,
  );
}

function noticeDueAt(facts: Facts, now: number): number {
  return noticesLeft(facts, now)[0]?.at ?? NEVER;
}

/** The notice to give now: of several whose time has come the last. */
function dueNotice(facts: Facts, now: number): ConsentNotice | undefined {
  return noticesLeft(facts, now).findLast(({ at }) => at <= now)?.days;
}

/** When what has failed so many times is tried again: five minutes later, then twice as long, up to a day. */
export function tryAgainAt(now: number, failures: number): number {
  return now + Math.min(FIRST_BACK_OFF_SECONDS * 2 ** Math.max(0, failures - 1), DAY);
}

/** When the refresh token that is in force after an answer ends; `before`: the end of the one until then. */
export function refreshTokenEnd(
  { refreshToken, refreshExpiresIn }: TokenAnswer,
  before: number | undefined,
  now: number,
): number | undefined {
  if (refreshExpiresIn !== undefined) return now + refreshExpiresIn;
  return refreshToken === undefined ? before : undefined;
}
