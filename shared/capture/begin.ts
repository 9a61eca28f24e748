import { epochSeconds } from '../clock.ts';
import { REQUEST_SECONDS } from '../connections/session.ts';
import { authorizationRequestUrl } from '../oauth/authorization-request.ts';
import { fillIn, type Instance } from '../providers/instance.ts';
import type { Provider } from '../providers/provider.ts';
import { redirectUri } from '../routes.ts';
import type { BeginDeps } from './deps.ts';
import { requireEnabled } from './require-enabled.ts';
import { requestedScopes } from './scopes.ts';
import { hashOf, newState, requestSecrets } from './session-secrets.ts';

/**
 * Begins one trip to a provider: writes the authorization request into the session and gives the URL
 * to go to; `undefined` when the session is not this browser's, has ended, or is not for this
 * provider. `values`: what the connection has of its own, already found to be good. One conditional write. Throws `Disabled`, `ProviderNotConfigured`, `ProviderUnavailable` and others.
 */
export async function begin(
  deps: BeginDeps,
  entry: Provider,
  sid: string,
  browserSecret: string,
  values: Instance = {},
): Promise<URL | undefined> {
  const { ports } = deps;
  const provider = fillIn(entry, values);
  const client = await deps.secrets.get(provider.id);
  const server = await deps.servers(provider);
  const state = newState(sid, ports.random);
  const now = epochSeconds(ports);
  const session = await deps.sessions.addRequest(
    { sid, browserHash: hashOf(browserSecret), stateHash: hashOf(state) },
    {
      provider: provider.id,
      createdAt: now,
      expiresAt: now + REQUEST_SECONDS,
      ...(Object.keys(values).length > 0 && { values }),
    },
    now,
  );
  if (session === undefined) return undefined;
  // Only the session tells whose it is.
  await requireEnabled(deps, session.owner, provider.id);
  return authorizationRequestUrl(provider, server, {
    clientId: client.clientId,
    redirectUri: redirectUri(deps.baseUrl, provider.id),
    scopes: requestedScopes(provider, client, session),
    state,
    ...requestSecrets(browserSecret, state),
  });
}
