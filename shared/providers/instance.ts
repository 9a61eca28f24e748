import { isLoopbackUrl } from '../address.ts';
import { ConfigurationError, InvalidProviderResponse } from '../errors.ts';
import type { KeptValue, Provider, ProviderEntry, ProviderValue, ValueSource } from './provider.ts';

/** The values that make a provider's addresses those of one connection, by name. */
export type Instance = Record<string, string>;

export const URL_FIELDS = [
  'issuer',
  'authorizationUrl',
  'tokenUrl',
  'refreshUrl',
  'userInfoUrl',
  'revocationUrl',
  'jwksUrl',
] as const;
export const EXCHANGES = ['exchange', 'refreshExchange'] as const;

/** Every URL of an entry, by the name of its field. */
export function urlsOf(entry: ProviderEntry): [field: string, url: string][] {
  return [
    ...URL_FIELDS.map((field): [string, string | undefined] => [field, entry[field]]),
    ...EXCHANGES.map((field): [string, string | undefined] => [`${field}.url`, entry[field]?.url]),
  ].filter((each): each is [string, string] => each[1] !== undefined);
}

const PLACEHOLDER = /\{(\w+)\}/g;

export const placeholdersOf = (url: string): string[] =>
  [...url.matchAll(PLACEHOLDER)].map(([, name]) => name!);

/** A URL with its values: as they are in the host, which their patterns guard, and encoded after it. */
function filled(url: string, instance: Instance): string {
  return url.replace(PLACEHOLDER, (placeholder, name: string, at: number) => {
    if (!Object.hasOwn(instance, name)) return placeholder;
    const inHost = /^(https?:\/\/[^/?#]*)?$/.test(url.slice(0, at));
    return inHost ? instance[name]! : encodeURIComponent(instance[name]!);
  });
}

/** The provider at the addresses of one connection; what is not known yet stays open. */
export function fillIn(provider: Provider, instance: Instance): Provider {
  if (provider.values === undefined && provider.kept === undefined) return provider;
  const there = { ...provider };
  for (const field of URL_FIELDS) {
    const url = provider[field];
    if (url !== undefined) there[field] = filled(url, instance);
  }
  for (const field of EXCHANGES) {
    const exchange = provider[field];
    if (exchange !== undefined) there[field] = { ...exchange, url: filled(exchange.url, instance) };
  }
  return there;
}

/** The values that hold where nobody gives others. */
export function defaultInstance({ values = {}, kept = [] }: Provider): Instance {
  const presets = [...Object.entries(values), ...kept.map((each) => [each.name, each] as const)];
  return Object.fromEntries(
    presets.flatMap(([name, { default: preset }]) =>
      preset === undefined ? [] : [[name, preset]],
    ),
  );
}

/** Whether a pattern allows a value, from its first character to its last. */
export function matchesPattern(pattern: string, value: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(value);
}

// Whatever a pattern says, a value is labels of a host name: nothing in it ends a host or a path segment.
const LABELS = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i;

/** Whether a value may stand in the provider's addresses. */
export function isValue({ pattern }: Pick<ProviderValue, 'pattern'>, value: string): boolean {
  return LABELS.test(value) && matchesPattern(pattern, value);
}

/** What a person meant: without spaces around, and without the rest of an address that was pasted. */
export function cleanedValue(provider: Provider, name: string, text: string): string {
  const trimmed = text.trim();
  const host = /^https:\/\/([^/?#]*)/.exec(provider.authorizationUrl ?? '')?.[1];
  const [before, after] = host?.split(`{${name}}`) ?? [];
  if (before === undefined || after === undefined) return trimmed;
  const whole = trimmed.replace(/^https?:\/\//, '').replace(/[/?#].*$/s, '');
  return whole.startsWith(before) &&
    whole.endsWith(after) &&
    whole.length > before.length + after.length
    ? whole.slice(before.length, whole.length - after.length)
    : trimmed;
}

/**
 * The values that a provider's entry says to keep, from what the callback or the token response said.
 * Throws `InvalidProviderResponse` where one names a host that is not on the entry's list.
 */
export function keptValues(
  { id, kept = [] }: Provider,
  from: ValueSource,
  read: (path: string) => string | undefined,
  allowLoopback: boolean,
): Instance {
  const found: Instance = {};
  for (const each of kept) {
    if (each.from !== from) continue;
    const value = read(each.path) ?? each.default;
    if (value === undefined) continue;
    const kept = keepable(each, value, allowLoopback);
    if (kept === undefined) {
      const expected = each.hosts ? 'a host of the list' : 'a plain value';
      throw new InvalidProviderResponse(`${each.name} of ${id}: expected ${expected}`);
    }
    found[each.name] = kept;
  }
  return found;
}

/**
 * Refuses values of a connection that no connect could have given it: who can write its row cannot have
 * its tokens, and the client's secret, sent to a host of his choice. Throws `ConfigurationError`.
 */
export function requireInstance(
  { id, values = {}, kept = [] }: Provider,
  instance: Instance,
): void {
  for (const [name, value] of Object.entries(instance)) {
    const asked = Object.hasOwn(values, name) ? values[name] : undefined;
    const told = kept.find((each) => each.name === name);
    // Loopback is refused by the HTTP client, where it is not allowed.
    if (asked ? isValue(asked, value) : !told || keepable(told, value, true) === value) continue;
    throw new ConfigurationError(
      `providers.${id}.${asked ? 'values' : 'kept'}.${name}`,
      'the connection has another value than is allowed: nothing was sent',
    );
  }
}

/** A value as it is kept; `undefined` where it must not be. */
function keepable(
  { hosts, from }: KeptValue,
  value: string,
  allowLoopback: boolean,
): string | undefined {
  if (hosts !== undefined) return originOnList(hosts, value, allowLoopback);
  return PLAIN[from].test(value) && !DOT_SEGMENTS.includes(value) ? value : undefined;
}

function originOnList(hosts: string[], value: string, allowLoopback: boolean): string | undefined {
  const url = URL.parse(value.includes('://') ? value : `https://${value}`);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  const listed =
    url.protocol === 'https:' &&
    url.port === '' &&
    hosts.some((host) =>
      host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host,
    );
  return listed || (allowLoopback && isLoopbackUrl(url)) ? url.origin : undefined;
}

// Of a callback, whose words are a browser's, only what cannot be mistaken for anything but a name.
const PLAIN = { callback: /^[\w.~-]{1,128}$/, token_response: /^[\x20-\x7e]{1,1024}$/ };

// A URL parser takes these for steps to another path, encoded or not.
const DOT_SEGMENTS = ['.', '..'];

/**
 * The origins that a provider's token endpoint may have, as they are stored with its client: one, or
 * several with a space between, `{value}` and `*` standing for the labels that are a connection's own.
 */
export function tokenOriginOf({ tokenUrl, kept = [] }: Provider): string | undefined {
  if (tokenUrl === undefined) return undefined;
  const leading = /^\{(\w+)\}/.exec(tokenUrl)?.[1];
  const hosts = kept.find(({ name }) => name === leading)?.hosts;
  if (hosts !== undefined) return hosts.map((host) => `https://${host}`).join(' ');
  return URL.parse(tokenUrl)?.origin ?? /^https?:\/\/[^/?#]+/.exec(tokenUrl)?.[0];
}

/** Whether an origin is one of those that were stored by `tokenOriginOf`. */
export function isOneOfOrigins(stored: string, origin: string): boolean {
  return stored.split(' ').some((each) => {
    const source = each.replace(/\{\w+\}|[^\w]/g, (part) =>
      part === '*' || part.length > 1 ? '[a-z0-9.-]+' : `\\${part}`,
    );
    return new RegExp(`^${source}$`).test(origin);
  });
}
