import * as v from 'valibot';
import { isLoopbackUrl, isPublicAddress, literalAddress } from '../address.ts';
import { ConfigurationError } from '../errors.ts';
import { EXCHANGES, placeholdersOf, URL_FIELDS, urlsOf } from './instance.ts';
import type { Provider, ProviderEntry } from './provider.ts';
import { providerEntrySchema } from './schema.ts';
import { sampleOf } from './value-schema.ts';

// Well below what any provider of the catalog is known to limit, and 432,000 a day.
const REFRESHES_PER_MINUTE = 300;

const OF_A_HOST: string[] = [...URL_FIELDS, ...EXCHANGES];

/**
 * Makes a provider of an entry: validated, started from what it extends, defaults filled in.
 * `key` names the place in messages. Throws `ConfigurationError`.
 */
export function resolveProvider(
  entry: unknown,
  catalog: Record<string, ProviderEntry>,
  key: string,
  allowLoopback = false,
): Provider {
  const { extends: base, ...own } = validEntry(entry, key);
  const merged = base === undefined ? own : extended(baseEntry(base, own.id, catalog, key), own);
  requireUsableUrls(merged, key, allowLoopback);
  requireKnownValues(merged, key);
  requireEndpoints(merged, key, base === undefined && Object.hasOwn(catalog, own.id));
  return withDefaults(merged);
}

function validEntry(entry: unknown, key: string): ProviderEntry {
  const result = v.safeParse(providerEntrySchema, entry);
  if (result.success) return result.output as ProviderEntry;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const place = path === null ? key : `${key}.${path}`;
  throw new ConfigurationError(
    place,
    issue.expected === 'never' ? 'no such field; see docs/new-provider.md' : issue.message,
  );
}

function baseEntry(
  base: string,
  id: string,
  catalog: Record<string, ProviderEntry>,
  key: string,
): ProviderEntry {
  const seen = [id];
  let found: ProviderEntry = { id };
  for (let next: string | undefined = base; next !== undefined; ) {
    const entry: ProviderEntry | undefined = Object.hasOwn(catalog, next)
      ? catalog[next]
      : undefined;
    // A configured provider may carry the id of the catalog entry that it starts from.
    if (entry === undefined || seen.slice(1).includes(next)) {
      throw new ConfigurationError(
        `${key}.extends`,
        entry === undefined
          ? `"${next}" is not in the catalog (${Object.keys(catalog).join(', ')})`
          : `"${next}" extends itself`,
      );
    }
    seen.push(next);
    found = { ...entry, ...found };
    next = entry.extends;
  }
  const { extends: _extends, ...rest } = found;
  return rest;
}

/**
 * An entry that names another server than its base inherits none of the base's URLs: its tokens and
 * its client's secret must not reach the base's hosts.
 */
function extended(base: ProviderEntry, own: ProviderEntry): ProviderEntry {
  const moved = (['issuer', 'authorizationUrl', 'tokenUrl'] as const).some(
    (field) =>
      own[field] !== undefined &&
      base[field] !== undefined &&
      originOf(own[field]) !== originOf(base[field]),
  );
  const inherited = moved
    ? Object.entries(base).filter(([field]) => !OF_A_HOST.includes(field))
    : Object.entries(base);
  return { ...(Object.fromEntries(inherited) as unknown as ProviderEntry), ...own };
}

function requireUsableUrls(entry: ProviderEntry, key: string, allowLoopback: boolean): void {
  for (const [field, text] of urlsOf(entry)) {
    const url = new URL(sampleOf(text));
    if (allowLoopback && url.protocol === 'http:' && isLoopbackUrl(url)) continue;
    const literal = literalAddress(url.hostname);
    const internal =
      literal === undefined ? url.hostname === 'localhost' : !isPublicAddress(literal);
    if (url.protocol !== 'https:' || (internal && !(allowLoopback && isLoopbackUrl(url)))) {
      throw new ConfigurationError(
        `${key}.${field}`,
        `expected https to a public host${allowLoopback ? ', or http on loopback' : ''}`,
      );
    }
  }
}

const originOf = (template: string) =>
  /^(https?:\/\/[^/?#]*|\{\w+\})/.exec(template)?.[0].toLowerCase();

/** Every value of a URL is one that the entry knows, and none of them can name another's host. */
function requireKnownValues(entry: ProviderEntry, key: string): void {
  const kept = entry.kept ?? [];
  for (const [field, url] of urlsOf(entry)) {
    const place = `${key}.${field}`;
    for (const name of placeholdersOf(url)) {
      if (name === 'client_id' && field === 'revocationUrl') continue;
      const value = kept.find((each) => each.name === name);
      if (value === undefined && entry.values?.[name] === undefined) {
        throw new ConfigurationError(place, `expected {${name}} among "values" or "kept"`);
      }
      const leads = url.startsWith(`{${name}}`);
      const inHost = /^https?:\/\/[^/?#]*$/.test(url.slice(0, url.indexOf(`{${name}}`)));
      if (value?.hosts === undefined ? leads : !leads) {
        throw new ConfigurationError(
          place,
          value?.hosts === undefined
            ? `expected a fixed host: {${name}} has no "hosts"`
            : `expected {${name}} at the beginning, since it is a whole host`,
        );
      }
      if (
        inHost &&
        (value !== undefined ||
          !new RegExp(`\\{${name}\\}(\\.[\\w-]+){2,}(:\\d+)?([/?]|$)`).test(url))
      ) {
        throw new ConfigurationError(
          place,
          `expected {${name}} in front of a domain, as in https://{${name}}.example.com`,
        );
      }
    }
  }
  requireConfirmedAccount(entry, key);
}

/** A value that a browser has brought may be an account only where the provider answers for it. */
function requireConfirmedAccount(entry: ProviderEntry, key: string): void {
  const paths = [entry.account]
    .flat()
    .flatMap((each) => [...(each ?? '').matchAll(/instance\.(\w+)/g)]);
  for (const [, name] of paths) {
    const told = entry.kept?.some((each) => each.name === name && each.from === 'token_response');
    const asked = placeholdersOf(entry.userInfoUrl ?? '').includes(name!);
    if (told || asked || entry.hooks?.userInfo !== undefined) continue;
    throw new ConfigurationError(
      `${key}.account`,
      `expected {${name}} in userInfoUrl, so that the provider confirms it`,
    );
  }
}

function requireEndpoints(entry: ProviderEntry, key: string, inCatalog: boolean): void {
  if (entry.issuer === undefined) {
    for (const field of ['authorizationUrl', 'tokenUrl'] as const) {
      if (entry[field] === undefined) {
        const hint = inCatalog ? `, or "extends": "${entry.id}" to start from the catalog` : '';
        throw new ConfigurationError(
          `${key}.${field}`,
          `expected a URL (or an issuer instead)${hint}`,
        );
      }
    }
  }
  const fromUrl = (entry.userInfoFrom ?? 'user_info') === 'user_info';
  if (fromUrl && !entry.userInfoUrl && !entry.issuer && !entry.hooks?.userInfo) {
    throw new ConfigurationError(
      `${key}.userInfoUrl`,
      'expected the URL that tells who a token belongs to (or an issuer instead)',
    );
  }
  const names = entry.issuer ?? entry.idTokenIssuer;
  if (names === undefined && (entry.idToken ?? 'ignored') !== 'ignored') {
    throw new ConfigurationError(`${key}.issuer`, 'expected the issuer of the ID token');
  }
  if (entry.userInfoFrom === 'id_token' && idTokenOf(entry) === 'ignored') {
    throw new ConfigurationError(
      `${key}.idToken`,
      'expected "required" or "without_nonce", since user information comes from the ID token',
    );
  }
  if (entry.pkceRequired && entry.pkce === false) {
    throw new ConfigurationError(`${key}.pkce`, 'expected "S256" or "plain", since it is required');
  }
  if (entry.userInfoBody !== undefined && entry.userInfoMethod === 'GET') {
    throw new ConfigurationError(`${key}.userInfoMethod`, 'expected "POST" beside a userInfoBody');
  }
  if (entry.account === undefined && !isOpenId(entry)) {
    throw new ConfigurationError(
      `${key}.account`,
      'expected the path of the account id in the user information, such as "id"',
    );
  }
}

function isOpenId(entry: ProviderEntry): boolean {
  return entry.scopes === undefined
    ? entry.issuer !== undefined && entry.authorizationUrl === undefined
    : entry.scopes.includes('openid');
}

function idTokenOf(entry: ProviderEntry): Provider['idToken'] {
  return entry.idToken ?? (isOpenId(entry) && entry.issuer !== undefined ? 'required' : 'ignored');
}

function withDefaults(entry: ProviderEntry): Provider {
  const openId = isOpenId(entry);
  return {
    ...entry,
    name: entry.name ?? entry.id,
    scopes: entry.scopes ?? (openId ? ['openid', 'profile', 'email'] : []),
    scopeParameter: entry.scopeParameter ?? 'scope',
    scopeSeparator: entry.scopeSeparator ?? ' ',
    scopeDescriptions: entry.scopeDescriptions ?? {},
    pkce: entry.pkce ?? 'S256',
    clientIdParameter: entry.clientIdParameter ?? 'client_id',
    tokenRequestFormat: entry.tokenRequestFormat ?? 'form',
    authorizationParameters: entry.authorizationParameters ?? {},
    tokenParameters: entry.tokenParameters ?? {},
    refreshParameters: entry.refreshParameters ?? {},
    headers: entry.headers ?? {},
    tokenResponse: entry.tokenResponse ?? {},
    idToken: idTokenOf(entry),
    userInfoFrom: entry.userInfoFrom ?? 'user_info',
    userInfoMethod:
      entry.userInfoMethod ??
      (entry.userInfoBody === undefined && entry.userInfoParameters === undefined ? 'GET' : 'POST'),
    account: entry.account ?? 'sub',
    ...(openId && {
      accountName: entry.accountName ?? 'name',
      accountEmail: entry.accountEmail ?? 'email',
      accountPicture: entry.accountPicture ?? 'picture',
    }),
    refresh: entry.refresh ?? true,
    refreshesPerMinute: entry.refreshesPerMinute ?? REFRESHES_PER_MINUTE,
    revocationRequest: entry.revocationRequest ?? {},
    revocationScope: entry.revocationScope ?? 'token',
    clientFields: entry.clientFields ?? {},
  };
}
