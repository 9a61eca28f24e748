import { InvalidProviderResponse, ProviderRejected, ProviderUnavailable } from '../errors.ts';
import type { HttpResponse } from '../ports.ts';
import type { Provider, SuccessTest } from '../providers/provider.ts';
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
  const wait = Number(response.headers['retry-after']);
  throw new ProviderUnavailable(
    `${what}: HTTP ${response.status}`,
    Number.isFinite(wait) && wait > 0 ? wait : undefined,
  );
}

// An error code is a provider's word: only what looks like a code is repeated in messages and logs.
const ERROR_CODE = /^[\w.:-]{1,80}$/;

function errorCode(body: Record<string, unknown>): string {
  for (const path of ['error', 'error.code', 'error.type', 'error.message', 'code', 'message']) {
    const found = textAt(body, path);
    if (found !== undefined && ERROR_CODE.test(found)) return found;
  }
  return 'unknown_error';
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
): { token: Record<string, unknown>; body: Record<string, unknown> } {
  const what = `token endpoint of ${provider.id}`;
  requireAvailable(what, response);
  const { path, success, scopeSeparator } = provider.tokenResponse;
  if (response.status >= 300 && response.status < 400) {
    throw new InvalidProviderResponse(`${what}: redirects are not followed`);
  }
  const body = parseBody(what, response);
  if (response.status >= 400 || body['error'] || !succeeded(body, success)) {
    throw new ProviderRejected(what, errorCode(body), response.status);
  }
  const members = path === undefined ? body : at(body, path);
  if (!isObject(members)) {
    throw new InvalidProviderResponse(`${what}: expected an object at "${path}"`);
  }
  return { token: standardMembers(provider, members, scopeSeparator), body };
}

function standardMembers(
  provider: Provider,
  members: Record<string, unknown>,
  scopeSeparator: string | undefined,
): Record<string, unknown> {
  const { access_token, refresh_token, id_token } = members;
  const scopes = scopeList(members['scope'] ?? members['scopes'], scopeSeparator);
  const expiresIn = seconds(members['expires_in']);
  return {
    access_token,
    // Everything that is not DPoP is sent as a bearer token, whatever a provider calls it.
    token_type: String(members['token_type']).toLowerCase() === 'dpop' ? 'dpop' : 'bearer',
    ...(expiresIn !== undefined && { expires_in: expiresIn }),
    ...(typeof refresh_token === 'string' && refresh_token !== '' && { refresh_token }),
    ...(provider.idToken !== 'ignored' && typeof id_token === 'string' && { id_token }),
    ...(scopes !== undefined && { scope: scopes.join(' ') }),
  };
}

function scopeList(value: unknown, separator: string | undefined): string[] | undefined {
  const parts = Array.isArray(value)
    ? value.filter((scope) => typeof scope === 'string')
    : typeof value === 'string'
      ? value.split(separator ?? ' ')
      : undefined;
  return parts?.map((scope) => scope.trim()).filter(Boolean);
}

/** A lifetime; one that is no positive number counts as not told. */
function seconds(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0
    ? Math.floor(number)
    : undefined;
}
