import type { FinishDeps } from '../../shared/capture/deps.ts';
import { finish } from '../../shared/capture/finish.ts';
import { withOutcome } from '../../shared/capture/return-url.ts';
import { sidOfState } from '../../shared/capture/session-secrets.ts';
import { redirectUri } from '../../shared/routes.ts';
import { type BrowserHandler, browserFunction } from '../runtime/browser-function.ts';
import { type BrowserRequest, cookieName } from '../runtime/browser-request.ts';
import * as production from '../runtime/production.ts';
import { formPostPage, SENT_ON } from './pages/form-post.ts';
import { page, redirect } from './pages/page.ts';
import { refusalPage } from './pages/refusal.ts';

export function makeCallback(deps: FinishDeps): BrowserHandler {
  return browserFunction('callback', deps.ports, async (request) => {
    const { providers, allowLoopbackProviders } = deps.configuration;
    const provider = Object.hasOwn(providers, request.provider)
      ? providers[request.provider]
      : undefined;
    if (provider === undefined) return refusalPage('unknown_provider');

    if (isCrossSitePost(request)) {
      const action = redirectUri(deps.baseUrl, provider.id);
      return page(200, formPostPage(action, request.form, allowLoopbackProviders));
    }
    const finished = await finish(deps, provider, {
      parameters: parametersOf(request),
      cookie: (sid) => request.cookie(cookieName(sid)),
    });
    if (finished.kind === 'refused') return refusalPage(finished.reason);
    const { session, outcome } = finished;
    return redirect(
      withOutcome(session.returnUrl ?? `${deps.baseUrl}/connect?s=${session.sid}`, outcome),
    );
  });
}

/** The provider's own POST of `form_post`: it has a state of ours and cannot have the cookie. */
function isCrossSitePost({ method, form, cookie }: BrowserRequest): boolean {
  const sid = sidOfState(form.get('state'));
  return (
    method === 'POST' &&
    !form.has(SENT_ON) &&
    sid !== undefined &&
    cookie(cookieName(sid)) === undefined
  );
}

function parametersOf({ method, form, query }: BrowserRequest): URLSearchParams {
  if (method !== 'POST') return query;
  const parameters = new URLSearchParams(form);
  parameters.delete(SENT_ON);
  return parameters;
}

export const handler = makeCallback({
  configuration: production.configuration,
  baseUrl: production.baseUrl(),
  sessions: production.sessionTable(),
  controls: production.controlTable(),
  connections: production.connectionTable(),
  pending: production.pendingTable(),
  vault: production.vault(),
  ...production.providerDeps(),
});
