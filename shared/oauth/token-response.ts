import { InvalidProviderResponse, ProviderRejected, ProviderUnavailable } from '../errors.ts';
import type { HttpResponse } from '../ports.ts';
import type { Provider, SuccessTest, TokenMember } from '../providers/provider.ts';
import { at, isObject, parseJson, textAt } from './json.ts';

/** A provider's answer as JSON; `InvalidProviderResponse` when it is neither JSON nor a form. */
export function parseBody(what: string, response: HttpResponse): Record<string, unknown> {
  try {
    const json = parseJson(response.body);
    if (isObject(json)) return json;
  } catch {
    const form = new URLSearchParams(response.body);
    if (form.has('access_token') || form.has('error')) return Object.fromEntries(form);
  }
  throw new InvalidProviderResponse(`${what}: expected a JSON object (HTTP ${response.status})`);
}

/** Throws `ProviderUnavailable` where the provider says "later": 429 and 5xx. */
export function requireAvailable(what: string, response: HttpResponse): void {
  if (response.status !== 429 && response.status < 500) return;
  throw new ProviderUnavailable(
    `${what}: HTTP ${response.status}`,
    retryAfter(response),
    // Many answer 500 for one person who is gone, while all others are served.
    response.status === 500 ? 'request' : 'provider',
  );
}

// An error code is a provider's word: only what looks like a code is repeated in messages and logs.
const ERROR_CODE = /^[\w.:-]{1,80}$/;

/** Where providers put what went wrong, the standard's place first and the narrower before the wider. */
const ERROR_PATHS = [
  'error',
  'error.error_subcode',
  'error.code',
  'error.type',
  'error.message',
  'error_type',
  'error_code',
  'error_message',
  'error_description',
  'errors.0.resource',
  'errors.0.errorType',
  'errors.0.code',
  'errors.0.message',
  'code',
  'message',
];

/** The error code of a body, in the words of RFC 6749 where the provider's entry knows them. */
export function errorCode(provider: Provider, body: unknown): string {
  const { errors = {} } = provider.tokenResponse;
  const found = ERROR_PATHS.map((path) => textAt(body, path)).filter((text) => text !== undefined);
  const known = found.find((text) => Object.hasOwn(errors, text));
  return known === undefined
    ? (found.find((text) => ERROR_CODE.test(text)) ?? 'unknown_error')
    : errors[known]!;
}

/** The codes of RFC 6749 section 4.1.2.1 that some token endpoints use for "later", with any status. */
const LATER = ['temporarily_unavailable', 'server_error'];

/** What a provider's "no" is thrown as. */
export function rejection(
  provider: Provider,
  what: string,
  body: unknown,
  response: HttpResponse,
): ProviderRejected | ProviderUnavailable {
  const code = errorCode(provider, body);
  return LATER.includes(code)
    ? new ProviderUnavailable(`${what}: ${code}`, retryAfter(response), 'request')
    : new ProviderRejected(what, code, response.status);
}

// What asks for longer is tried again after a day.
const LONGEST_WAIT_SECONDS = 86_400;

/** Seconds, told as such or as a date (RFC 9110 section 10.2.3), which counts from the answer's own. */
function retryAfter({ headers }: HttpResponse): number | undefined {
  const { 'retry-after': told = '', date = '' } = headers;
  const seconds = Number(told);
  const wait = Number.isNaN(seconds) ? (Date.parse(told) - Date.parse(date)) / 1_000 : seconds;
  return wait > 0 ? Math.min(Math.ceil(wait), LONGEST_WAIT_SECONDS) : undefined;
}

/** Whether a body says of itself that it is a success. */
export function succeeded(body: unknown, test: SuccessTest | undefined): boolean {
  return test === undefined || at(body, test.path) === test.equals;
}

/**
 * The answer of a token endpoint in the form of RFC 6749 section 5.1, from whatever the provider made
 * of it. Throws `ProviderUnavailable`, `ProviderRejected` or `InvalidProviderResponse`.
 */
export function normaliseTokenResponse(
  provider: Provider,
  response: HttpResponse,
  grant: 'authorization_code' | 'refresh_token' | 'exchange' = 'authorization_code',
): { token: Record<string, unknown>; body: Record<string, unknown> } {
  const what = `token endpoint of ${provider.id}`;
  requireAvailable(what, response);
  const { path: first, refreshPath = first, success } = provider.tokenResponse;
  const paths = [{ authorization_code: first, refresh_token: refreshPath, exchange: '' }[grant]]
    .flat()
    .map((path) => path ?? '');
  if (response.status >= 300 && response.status < 400) {
    throw new InvalidProviderResponse(`${what}: redirects are not followed`);
  }
  const body = parseTokenBody(what, response);
  if (response.status >= 400 || body['error'] || !succeeded(body, success)) {
    throw rejection(provider, what, body, response);
  }
  const members = paths.map((path) => at(body, path)).find(isObject);
  if (members === undefined) {
    throw new InvalidProviderResponse(`${what}: expected an object at "${paths.join('" or "')}"`);
  }
  return { token: standardMembers(provider, members), body };
}

function parseTokenBody(what: string, response: HttpResponse): Record<string, unknown> {
  try {
    return parseBody(what, response);
  } catch (error) {
    // RFC 6749 section 5.2: at a token endpoint 401 says that the client is refused, whatever the body.
    if (response.status === 401) throw new ProviderRejected(what, 'invalid_client', 401);
    throw error;
  }
}

function standardMembers(
  provider: Provider,
  members: Record<string, unknown>,
): Record<string, unknown> {
  const { members: names = {} } = provider.tokenResponse;
  const member = (name: TokenMember) => at(members, names[name] ?? name);
  const [access_token, refresh_token, id_token] = [
    member('access_token'),
    member('refresh_token'),
    member('id_token'),
  ];
  const scopes = scopeList(provider, member('scope') ?? members['scopes']);
  const expiresIn = seconds(member('expires_in'));
  const refreshExpiresIn =
    seconds(member('refresh_token_expires_in')) ?? refreshTokenSeconds(members);
  return {
    access_token,
    // Everything that is not DPoP is sent as a bearer token, whatever a provider calls it.
    token_type: textAt(members, 'token_type')?.toLowerCase() === 'dpop' ? 'dpop' : 'bearer',
    ...(expiresIn !== undefined && { expires_in: expiresIn }),
    ...(typeof refresh_token === 'string' && refresh_token !== '' && { refresh_token }),
    ...(refreshExpiresIn !== undefined && { refresh_token_expires_in: refreshExpiresIn }),
    ...(provider.idToken !== 'ignored' && typeof id_token === 'string' && { id_token }),
    ...(scopes !== undefined && { scope: scopes.join(' ') }),
  };
}

/** Scopes, however a provider lists them, under the names that were asked for. */
export function scopeList(provider: Provider, value: unknown): string[] | undefined {
  const {
    scopeSeparator = provider.scopeSeparator,
    scopePrefix = '',
    scopeNames = {},
  } = provider.tokenResponse;
  const parts = Array.isArray(value)
    ? value.filter((scope) => typeof scope === 'string')
    : typeof value === 'string'
      ? value.split(scopeSeparator).flatMap((part) => part.split(' '))
      : undefined;
  return parts
    ?.map((scope) => scope.trim())
    .filter(Boolean)
    .map((scope) => (scope.startsWith(scopePrefix) ? scope.slice(scopePrefix.length) : scope))
    .map((scope) => (Object.hasOwn(scopeNames, scope) ? scopeNames[scope]! : scope));
}

/** Seconds until the refresh token ends, under any of the names that are in use for it. */
export function refreshTokenSeconds(body: Record<string, unknown>): number | undefined {
  for (const name of [
    'refresh_token_expires_in',
    'refresh_expires_in',
    'x_refresh_token_expires_in',
    'refresh_expires',
  ]) {
    const found = seconds(body[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A lifetime; one that is no positive number counts as not told. */
// A century: what is longer is no lifetime, and could not be written as a date.
const LONGEST_SECONDS = 100 * 31_536_000;

function seconds(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && number > 0 && number <= LONGEST_SECONDS
    ? Math.floor(number)
    : undefined;
}
