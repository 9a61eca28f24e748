import type { ConnectSession } from '../connections/session.ts';
import type { Provider } from '../providers/provider.ts';
import type { StoredClient } from '../secrets/client-secrets.ts';

/** What a request asks for: the client's or the provider's default scopes, and those of the session. */
export function requestedScopes(
  provider: Provider,
  client: Pick<StoredClient, 'scopes'>,
  session: Pick<ConnectSession, 'scopes'>,
): string[] {
  return [...new Set([...(client.scopes ?? provider.scopes), ...session.scopes])];
}
