import { isoTime } from '../clock.ts';
import type { ConnectionSummary, Profile } from '../connections/connection.ts';
import { PAGE_SIZE } from '../connections/connection-table.ts';
import { connectionSort } from '../connections/keys.ts';
import { InvalidRequest } from '../errors.ts';
import { openJson } from '../vault/sealed-json.ts';
import type { ListDeps } from './deps.ts';

export interface ListedConnection {
  provider: string;
  account: string;
  /** What the person is called there; `null` where the provider does not say. */
  name: string | null;
  scopes: string[];
  /** `connected`, `needs_reauth`, or `disabled` while it is switched off. */
  status: string;
  /** Times are ISO 8601, `null` where there is none. */
  connectedAt: string | null;
  updatedAt: string | null;
  expiresAt: string | null;
  consentEndsAt: string | null;
  /** What the connection has of its own: the host of its shop, the id of its company. */
  instance?: Record<string, string>;
}

export interface ConnectionList {
  connections: ListedConnection[];
  nextToken?: string;
}

/**
 * An owner's connections at the providers that `isShown` allows, at most 50 a page; no token is in them,
 * and none is opened.
 */
export async function listConnections(
  deps: ListDeps,
  request: { owner: string; provider?: string | undefined; nextToken?: string | undefined },
  isShown: (provider: string) => boolean,
): Promise<ConnectionList> {
  const { owner, provider, nextToken } = request;
  const found: ConnectionSummary[] = [];
  let after = nextToken === undefined ? undefined : sortKeyOf(nextToken, provider);
  do {
    const page = await deps.connections.list(owner, provider, after);
    found.push(...page.connections.filter((each) => isShown(each.provider)));
    after = page.next;
  } while (after !== undefined && found.length < PAGE_SIZE);
  const shown = found.slice(0, PAGE_SIZE);
  const providers = [...new Set(shown.map((each) => each.provider))];
  const off = await deps.controls.disabled(owner, providers);
  // Where the table's own page ends may be a connection that is not shown: it names the last that is.
  const last = after !== undefined || found.length > PAGE_SIZE ? shown.at(-1) : undefined;
  return {
    connections: await Promise.all(
      shown.map((each) =>
        listed(deps, each, each.disabledAt !== undefined || off.has(each.provider)),
      ),
    ),
    ...(last !== undefined && { nextToken: nextTokenOf(last) }),
  };
}

const nextTokenOf = ({ provider, account }: ConnectionSummary) =>
  Buffer.from(connectionSort(provider, account)).toString('base64url');

// DynamoDB fails on a longer sort key, and on a start that the query itself would not find.
const SORT_KEY_BYTES = 1_024;

function sortKeyOf(nextToken: string, provider: string | undefined): string {
  const sortKey = Buffer.from(nextToken, 'base64url').toString('utf8');
  const prefix = provider === undefined ? 'CONN#' : `CONN#${provider}#`;
  if (!sortKey.startsWith(prefix) || Buffer.byteLength(sortKey) > SORT_KEY_BYTES) {
    throw new InvalidRequest('nextToken', 'expected the nextToken of an earlier answer');
  }
  return sortKey;
}

async function listed(
  deps: ListDeps,
  connection: ConnectionSummary,
  isDisabled: boolean,
): Promise<ListedConnection> {
  const profile =
    connection.profile === undefined
      ? undefined
      : await openJson<Profile>(deps.vault, 'profile', connection, connection.profile);
  return {
    provider: connection.provider,
    account: connection.account,
    name: profile?.name ?? null,
    scopes: connection.scopes,
    status: isDisabled ? 'disabled' : connection.status,
    connectedAt: isoTime(connection.connectedAt),
    updatedAt: isoTime(connection.updatedAt),
    expiresAt: isoTime(connection.expiresAt),
    consentEndsAt: isoTime(connection.consentEndsAt),
    ...(connection.instance !== undefined && { instance: connection.instance }),
  };
}
