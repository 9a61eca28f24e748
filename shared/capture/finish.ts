import { audit } from '../audit.ts';
import { epochSeconds } from '../clock.ts';
import type { Profile } from '../connections/connection.ts';
import type { ConnectSession } from '../connections/session.ts';
import { describe, newReference } from '../incident.ts';
import { valuesOfCallback, valuesOfTokens, verifyCallback } from '../oauth/callback.ts';
import { type ProviderContext, withInstance, withProvider } from '../oauth/client.ts';
import { revokeTokens } from '../oauth/revocation.ts';
import { AuthorizationDenied, exchangeCode, type TokenAnswer } from '../oauth/token-endpoint.ts';
import { readProfile } from '../oauth/user-info.ts';
import type { Provider } from '../providers/provider.ts';
import { redirectUri } from '../routes.ts';
import type { FinishDeps } from './deps.ts';
import { requireEnabled } from './require-enabled.ts';
import type { Outcome } from './return-url.ts';
import { saveConnection, savePending } from './save-connection.ts';
import { requestedScopes } from './scopes.ts';
import { hashOf, isSecret, requestSecrets, sidOfState } from './session-secrets.ts';

/** Why a callback is turned away: nothing was exchanged, nothing written. */
export type CallbackRefusal =
  | 'malformed'
  | 'denied_without_state'
  | 'expired_request'
  | 'already_used'
  | 'other_browser'
  | 'other_provider';

export type Finished =
  | { kind: 'done'; session: ConnectSession; outcome: Outcome }
  | { kind: 'refused'; reason: CallbackRefusal };

export interface Callback {
  parameters: URLSearchParams;
  cookie(sid: string): string | undefined;
}

/**
 * Finishes a trip to a provider: consumes its authorization request once, exchanges the code, reads
 * who it is, and saves the connection. What fails after that is an outcome with a reference, which
 * stands in the log with the cause.
 */
export async function finish(
  deps: FinishDeps,
  provider: Provider,
  callback: Callback,
): Promise<Finished> {
  const { parameters } = callback;
  const state = single(parameters, 'state');
  const sid = sidOfState(state);
  if (state === null || sid === undefined) {
    const denied = parameters.has('error') && !parameters.has('state');
    return { kind: 'refused', reason: denied ? 'denied_without_state' : 'malformed' };
  }
  if (!unambiguous(parameters)) return { kind: 'refused', reason: 'malformed' };

  const cookie = callback.cookie(sid);
  const stateHash = hashOf(state);
  const session = isSecret(cookie)
    ? await deps.sessions.consumeRequest(
        { sid, browserHash: hashOf(cookie), stateHash },
        provider.id,
        epochSeconds(deps.ports),
      )
    : undefined;
  if (session === undefined || !isSecret(cookie)) {
    const reason = await turnAway(deps, provider, sid, stateHash, cookie);
    const place = { provider: provider.id, sid };
    audit(deps.ports.log, { action: 'connect', result: 'refused', reason, ...place }, 'warn');
    return { kind: 'refused', reason };
  }
  return {
    kind: 'done',
    session,
    outcome: await trade(deps, provider, session, state, callback, cookie),
  };
}

function single(parameters: URLSearchParams, name: string): string | null {
  return parameters.getAll(name).length === 1 ? parameters.get(name) : null;
}

/** One answer, and either a code or an error in it. */
function unambiguous(parameters: URLSearchParams): boolean {
  const names = ['code', 'error', 'iss'];
  return (
    names.every((name) => parameters.getAll(name).length <= 1) &&
    parameters.has('code') !== parameters.has('error')
  );
}

/** Tells why a request was not to be had, and burns one that came to the wrong place. */
async function turnAway(
  deps: FinishDeps,
  provider: Provider,
  sid: string,
  stateHash: string,
  cookie: string | undefined,
): Promise<CallbackRefusal> {
  const session = await deps.sessions.get(sid);
  if (session === undefined) return 'expired_request';
  const request = session.requests[stateHash];
  const thisBrowser = isSecret(cookie) && session.browserHash === hashOf(cookie);
  // The cookie ends with the session: without it nobody can tell any more whose browser this is.
  const ended = cookie === undefined && session.expiresAt <= epochSeconds(deps.ports);
  const elsewhere = ended ? 'expired_request' : 'other_browser';
  if (request === undefined) return thisBrowser ? 'already_used' : elsewhere;
  await deps.sessions.burnRequest(sid, stateHash);
  if (!thisBrowser) return elsewhere;
  return request.provider === provider.id ? 'expired_request' : 'other_provider';
}

async function trade(
  deps: FinishDeps,
  provider: Provider,
  session: ConnectSession,
  state: string,
  callback: Callback,
  browserSecret: string,
): Promise<Outcome> {
  const record = {
    action: 'connect' as const,
    caller: session.caller,
    owner: session.owner,
    provider: provider.id,
    sid: session.sid,
  };
  const { log } = deps.ports;
  try {
    await requireEnabled(deps, session.owner, provider.id);
    const { parameters } = callback;
    const { allowLoopbackProviders } = deps.configuration;
    const instance = {
      ...session.requests[hashOf(state)]?.values,
      ...valuesOfCallback(provider, parameters, allowLoopbackProviders),
    };
    const exchange = async (context: ProviderContext) => {
      await verifyCallback(context, parameters);
      const answer = await exchangeCode(context, {
        callback: parameters,
        state,
        redirectUri: redirectUri(deps.baseUrl, provider.id),
        ...requestSecrets(browserSecret, state),
      });
      return { context, answer };
    };
    const { context, answer } = await withProvider(deps, provider, exchange, { instance });
    const { account, code } = await keep(deps, context, session, answer, parameters);
    const status = code === undefined ? 'connected' : 'pending';
    audit(log, { ...record, result: status, account });
    return { provider: provider.id, status, ...(code !== undefined && { connect_code: code }) };
  } catch (error) {
    if (error instanceof AuthorizationDenied && /denied|cancel/i.test(error.error)) {
      audit(log, { ...record, result: 'denied' });
      return { provider: provider.id, status: 'denied' };
    }
    const reference = newReference(deps.ports);
    audit(log, { ...record, result: 'failed', reference, cause: describe(error) }, 'error');
    return { provider: provider.id, status: 'failed', reference };
  }
}

/**
 * Reads who the tokens belong to and saves the connection, or keeps it until it is confirmed: then with
 * the code to confirm with. Tokens of nobody are revoked.
 */
async function keep(
  deps: FinishDeps,
  exchanged: ProviderContext,
  session: ConnectSession,
  answer: TokenAnswer,
  callback: URLSearchParams,
): Promise<{ account: string; code?: string }> {
  const { provider, client } = exchanged;
  const { context, profile } = await whose(deps, exchanged, session, answer, callback);
  const key = { owner: session.owner, provider: provider.id, account: profile.account };
  const scopes = answer.scopes ?? requestedScopes(provider, client, session);
  // Where the save fails it may have come about all the same: nothing is revoked then.
  const granted = { answer, profile, scopes };
  const { account } = key;
  if (session.confirm) return { account, code: await savePending(deps, context, key, granted) };
  await saveConnection(deps, context, key, granted);
  return { account };
}

async function whose(
  deps: FinishDeps,
  exchanged: ProviderContext,
  session: ConnectSession,
  answer: TokenAnswer,
  callback: URLSearchParams,
): Promise<{ context: ProviderContext; profile: Profile }> {
  let context = exchanged;
  try {
    const { allowLoopbackProviders } = deps.configuration;
    const told = valuesOfTokens(exchanged.provider, answer.body.reveal(), allowLoopbackProviders);
    context = await withInstance(deps, exchanged, told);
    const profile = await readProfile(context, answer, callback);
    // Once more: the provider took its time.
    await requireEnabled(deps, session.owner, context.provider.id);
    return { context, profile };
  } catch (error) {
    await dropTokens(deps, context, answer);
    throw error;
  }
}

async function dropTokens(
  deps: FinishDeps,
  context: ProviderContext,
  answer: TokenAnswer,
): Promise<void> {
  // Revoking a whole grant would end connections of the same person that nobody asked to end.
  if (context.provider.revocationScope === 'grant') return;
  try {
    await revokeTokens(context, {
      accessToken: answer.accessToken.reveal(),
      tokenType: answer.tokenType,
      ...(answer.refreshToken !== undefined && { refreshToken: answer.refreshToken.reveal() }),
    });
  } catch (error) {
    deps.ports.log.warn('tokens that could not be kept were not revoked', {
      provider: context.provider.id,
      cause: describe(error),
    });
  }
}
