import type { SessionDeps } from '../../shared/capture/deps.ts';
import { type OpenedSession, openSession } from '../../shared/capture/open-session.ts';
import { chosenValues } from '../../shared/capture/values.ts';
import type { SecretStatus } from '../../shared/secrets/secret-status.ts';
import type { ListDeps } from '../../shared/tokens/deps.ts';
import { listConnections } from '../../shared/tokens/list-connections.ts';
import { type BrowserHandler, browserFunction } from '../runtime/browser-function.ts';
import { type BrowserRequest, visitOf } from '../runtime/browser-request.ts';
import * as production from '../runtime/production.ts';
import { sessionCookies } from '../runtime/session-cookie.ts';
import { takeOverPage } from './pages/confirm.ts';
import { type Banner, connectPage, type ProviderRow } from './pages/connect.ts';
import { formTargets, page, redirect } from './pages/page.ts';
import { refusalPage } from './pages/refusal.ts';

export interface ConnectPageDeps extends SessionDeps, ListDeps {
  secretStatus: SecretStatus;
}

export function makeConnectPage(deps: ConnectPageDeps): BrowserHandler {
  return browserFunction('connect-page', deps.ports, async (request) => {
    const opened = await openSession(deps, visitOf(request));
    switch (opened.kind) {
      case 'refused':
        return refusalPage(opened.reason);
      case 'not_claimed':
        return refusalPage('open_in_browser');
      case 'held_elsewhere':
        return page(200, takeOverPage(`${deps.baseUrl}/connect`, opened.sessionToken));
      case 'open':
        // The session's token leaves the address bar with the first answer.
        return request.query.has('session')
          ? redirect(
              `${deps.baseUrl}/connect?s=${opened.session.sid}`,
              sessionCookies(opened, deps.ports),
            )
          : page(200, await content(deps, opened, request));
    }
  });
}

async function content(
  deps: ConnectPageDeps,
  { session }: OpenedSession & { kind: 'open' },
  { query }: BrowserRequest,
) {
  const { connections: listed } = await listConnections(deps, { owner: session.owner }, (id) =>
    session.providers.includes(id),
  );
  const rows = await Promise.all(
    session.providers.flatMap((id): Promise<ProviderRow>[] => {
      const provider = deps.configuration.providers[id];
      if (provider === undefined) return [];
      const choice = chosenValues(provider, session.values, () => null);
      const accounts = listed
        .filter((each) => each.provider === id)
        .map((each) => ({ name: each.name ?? each.account, status: each.status }));
      return [
        deps.secretStatus(id).then((configured) => ({
          id,
          name: provider.name,
          configured,
          accounts,
          ...(choice.kind === 'ask' && { asked: choice.asked }),
        })),
      ];
    }),
  );
  const banner = bannerOf(deps, query);
  return connectPage({
    owner: session.ownerLabel ?? session.owner,
    rows,
    sid: session.sid,
    authorizeUrl: (id) => `${deps.baseUrl}/${id}/authorize`,
    formTargets: formTargets(deps.configuration.allowLoopbackProviders),
    ...(banner !== undefined && { banner }),
  });
}

/** The outcome in the query proves nothing, so only its known words are shown. */
function bannerOf({ configuration }: ConnectPageDeps, query: URLSearchParams): Banner | undefined {
  const status = (['connected', 'denied', 'failed'] as const).find(
    (known) => known === query.get('status'),
  );
  const id = query.get('provider') ?? '';
  const provider = Object.hasOwn(configuration.providers, id)
    ? configuration.providers[id]
    : undefined;
  if (status === undefined || provider === undefined) return undefined;
  const reference = query.get('reference');
  return {
    status,
    providerName: provider.name,
    ...(reference !== null && /^[a-z0-9]{12}$/.test(reference) && { reference }),
  };
}

export const handler = makeConnectPage({
  configuration: production.configuration,
  baseUrl: production.baseUrl(),
  sessions: production.sessionTable(),
  connections: production.connectionTable(),
  controls: production.controlTable(),
  vault: production.vault(),
  secretStatus: production.secretStatus(),
  ports: production.localPorts(),
});
