import { epochSeconds, restOfHour } from '../clock.ts';
import { type Caller, mayUseProvider } from '../configuration.ts';
import { type ConnectSession, SESSION_SECONDS } from '../connections/session.ts';
import { Disabled, InvalidRequest, RateLimited } from '../errors.ts';
import type { CreateSessionDeps, SessionDeps } from './deps.ts';
import { requireReturnUrl } from './return-url.ts';
import { hashOf, newSecret, sidOf } from './session-secrets.ts';
import { requireValues } from './values.ts';

export interface CreateSessionRequest {
  owner: string;
  ownerLabel?: string | undefined;
  providers?: string[] | undefined;
  returnUrl?: string | undefined;
  scopes?: string[] | undefined;
  values?: Record<string, string> | undefined;
  /** Ask for a confirmation by `complete-connect`. */
  confirm?: boolean | undefined;
}

export interface CreatedSession {
  /** For the owner's browser; with one provider it leads straight to that provider. */
  url: string;
  /** ISO 8601. */
  expiresAt: string;
}

/**
 * Makes a connect session: a short-lived permission for one browser to connect an owner. Throws
 * `Disabled` where a provider that was asked for, or all of them, are switched off, and `RateLimited`.
 */
export async function createSession(
  deps: CreateSessionDeps,
  caller: { name: string; policy: Caller },
  request: CreateSessionRequest,
): Promise<CreatedSession> {
  const { configuration, ports } = deps;
  const chosen = chosenProviders(deps, caller.policy, request.providers);
  const providers = await enabled(deps, request, chosen);
  const scopes = request.scopes ?? [];
  if (scopes.length > 0 && providers.length !== 1) {
    throw new InvalidRequest('scopes', 'expected exactly one provider beside them');
  }
  if (request.values !== undefined && providers.length !== 1) {
    throw new InvalidRequest('values', 'expected exactly one provider beside them');
  }
  const confirm = caller.policy.confirm || request.confirm === true;
  if (confirm && request.returnUrl === undefined) {
    throw new InvalidRequest('returnUrl', 'expected one: the code to confirm with is sent there');
  }
  const token = newSecret(ports.random);
  const createdAt = epochSeconds(ports);
  const session: ConnectSession = {
    sid: sidOf(token),
    tokenHash: hashOf(token),
    owner: request.owner,
    ...(request.ownerLabel !== undefined && { ownerLabel: request.ownerLabel }),
    providers,
    ...(request.returnUrl !== undefined && {
      returnUrl: requireReturnUrl(request.returnUrl, configuration.returnUrls),
    }),
    scopes,
    ...(request.values !== undefined && {
      values: requireValues(configuration.providers[providers[0]!]!, request.values),
    }),
    ...(confirm && { confirm }),
    caller: caller.name,
    createdAt,
    expiresAt: createdAt + SESSION_SECONDS,
    requests: {},
  };
  const { sessionsPerOwner } = configuration.limits;
  if (!(await deps.sessionLimit.count(request.owner, sessionsPerOwner, createdAt))) {
    const what = 'limits.sessionsPerOwner is reached for this owner';
    throw new RateLimited(what, restOfHour(createdAt));
  }
  await deps.sessions.create(session);
  const path = providers.length === 1 ? `/${providers[0]}/authorize` : '/connect';
  return {
    url: `${deps.baseUrl}${path}?session=${token}`,
    expiresAt: new Date(session.expiresAt * 1_000).toISOString(),
  };
}

/** What is asked for by name has to be there; of all others those that are not switched off. */
async function enabled(
  { controls }: SessionDeps,
  request: CreateSessionRequest,
  chosen: string[],
): Promise<string[]> {
  const off = await controls.disabled(request.owner, chosen);
  const [first] = off;
  if (first !== undefined && (request.providers !== undefined || off.size === chosen.length)) {
    throw new Disabled(first[0], first[1].reason);
  }
  return chosen.filter((id) => !off.has(id));
}

function chosenProviders(
  { configuration }: SessionDeps,
  policy: Caller,
  asked: string[] | undefined,
): string[] {
  const configured = Object.keys(configuration.providers);
  if (asked === undefined) return configured.filter((id) => mayUseProvider(policy, id));
  for (const [index, id] of asked.entries()) {
    if (!configured.includes(id)) {
      throw new InvalidRequest(
        `providers.${index}`,
        `expected a configured provider (${configured.join(', ')})`,
      );
    }
  }
  return [...new Set(asked)];
}
