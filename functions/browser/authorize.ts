import { begin } from '../../shared/capture/begin.ts';
import type { BeginDeps } from '../../shared/capture/deps.ts';
import { type OpenedSession, openSession } from '../../shared/capture/open-session.ts';
import { requireEnabled } from '../../shared/capture/require-enabled.ts';
import { requestedScopes } from '../../shared/capture/scopes.ts';
import { isSecret, isSid } from '../../shared/capture/session-secrets.ts';
import { type AskedValue, chosenValues } from '../../shared/capture/values.ts';
import type { ConnectSession } from '../../shared/connections/session.ts';
import type { Provider } from '../../shared/providers/provider.ts';
import { type BrowserHandler, browserFunction, errorPage } from '../runtime/browser-function.ts';
import { type BrowserRequest, cookieName, visitOf } from '../runtime/browser-request.ts';
import * as production from '../runtime/production.ts';
import { sessionCookies } from '../runtime/session-cookie.ts';
import { confirmPage, takeOverPage, type ValueForm, valuesPage } from './pages/confirm.ts';
import { formTargets, type PageResponse, page, redirect } from './pages/page.ts';
import { refusalPage } from './pages/refusal.ts';
import { scopeWords } from './pages/scope-words.ts';

export function makeAuthorize(deps: BeginDeps): BrowserHandler {
  return browserFunction('authorize', deps.ports, async (request) => {
    const { providers } = deps.configuration;
    const provider = Object.hasOwn(providers, request.provider)
      ? providers[request.provider]
      : undefined;
    if (provider === undefined) return refusalPage('unknown_provider');

    const sid = request.query.get('s');
    const simple = provider.values === undefined && !request.query.has('session');
    if (goesStraight(request) && simple && isSid(sid)) {
      return depart(deps, provider, sid, request.cookie(cookieName(sid)));
    }
    const opened = await openSession(deps, visitOf(request));
    switch (opened.kind) {
      case 'refused':
        return refusalPage(opened.reason);
      case 'not_claimed':
        return refusalPage('open_in_browser');
      case 'held_elsewhere':
        return page(
          200,
          takeOverPage(`${deps.baseUrl}/${provider.id}/authorize`, opened.sessionToken),
        );
      case 'open': {
        const answer = await arrive(deps, provider, opened, request).catch((error) =>
          errorPage('authorize', deps.ports, error),
        );
        // Whatever becomes of this request, the session is this browser's from now on.
        return { ...answer, cookies: sessionCookies(opened, deps.ports) };
      }
    }
  });
}

/**
 * Whether our own page has sent the browser, and not to be asked first: who takes a session over has
 * seen neither for whom it is nor what will be asked, a reload of the question asks again, and what is
 * fetched ahead begins no trip.
 */
function goesStraight(request: BrowserRequest): boolean {
  return (
    request.fromHere && request.navigates && !visitOf(request).takeOver && !request.query.has('ask')
  );
}

/** One write, and off to the provider. */
async function depart(
  deps: BeginDeps,
  provider: Provider,
  sid: string,
  browserSecret: string | undefined,
  values: Record<string, string> = {},
): Promise<PageResponse> {
  if (!isSecret(browserSecret)) return refusalPage('other_browser');
  const url = await begin(deps, provider, sid, browserSecret, values);
  if (url !== undefined) return redirect(url.href);
  const session = await deps.sessions.get(sid);
  if (session === undefined) return refusalPage('unknown_session');
  if (!session.providers.includes(provider.id)) return refusalPage('unknown_provider');
  const ended = session.expiresAt * 1_000 <= deps.ports.now();
  return refusalPage(ended ? 'expired_session' : 'other_browser');
}

/**
 * A link from elsewhere gets a page first: otherwise anyone could send a stranger a link to his own
 * session and receive the stranger's tokens.
 */
async function arrive(
  deps: BeginDeps,
  provider: Provider,
  opened: OpenedSession & { kind: 'open' },
  request: BrowserRequest,
): Promise<PageResponse> {
  const { session, browserSecret } = opened;
  if (!session.providers.includes(provider.id)) return refusalPage('unknown_provider');
  // Before anything is asked of the person.
  await requireEnabled(deps, session.owner, provider.id);
  const straight = goesStraight(request);
  // What another site put into the link is not taken for what the person has typed.
  const choice = chosenValues(provider, session.values, (name) =>
    straight ? request.query.get(name) : null,
  );
  if (straight && choice.kind === 'chosen') {
    return depart(deps, provider, session.sid, browserSecret, choice.values);
  }
  const owner = session.ownerLabel ?? session.owner;
  const form = choice.kind === 'ask' ? valueForm(deps, provider, session, choice.asked) : undefined;
  if (straight && form !== undefined) {
    const wrong = form.asked.some((each) => each.wrong);
    return page(wrong ? 400 : 200, valuesPage(owner, provider.name, form));
  }
  const client = await deps.secrets.get(provider.id);
  const confirm = confirmPage({
    owner,
    providerName: provider.name,
    scopes: scopeWords(provider, requestedScopes(provider, client, session)),
    continueUrl: `${deps.baseUrl}/${provider.id}/authorize?s=${session.sid}`,
    form,
  });
  return page(200, confirm);
}

function valueForm(
  { baseUrl, configuration }: BeginDeps,
  { id }: Provider,
  { sid }: ConnectSession,
  asked: AskedValue[],
): ValueForm {
  return {
    action: `${baseUrl}/${id}/authorize`,
    provider: id,
    sid,
    asked,
    targets: formTargets(configuration.allowLoopbackProviders),
  };
}

export const handler = makeAuthorize({
  configuration: production.configuration,
  baseUrl: production.baseUrl(),
  sessions: production.sessionTable(),
  controls: production.controlTable(),
  ...production.providerDeps(),
});
