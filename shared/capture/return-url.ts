import { InvalidRequest } from '../errors.ts';

/**
 * A return URL of the allow-list: origin and path as listed, any query. The text itself is judged
 * first, since what a URL parser forgives is what open redirects are made of.
 */
export function requireReturnUrl(value: unknown, allowed: string[]): string {
  const refused = new InvalidRequest(
    'returnUrl',
    'expected one of the configured returnUrls, with any query and no fragment',
  );
  if (typeof value !== 'string' || value.length > 2_000) throw refused;
  const [beforeQuery = ''] = value.split('?');
  if (/[^\x21-\x7e]|[\\#]/.test(value) || /[@%]/.test(beforeQuery)) throw refused;
  const url = URL.parse(value);
  if (url === null || !allowed.includes(`${url.origin}${url.pathname}`)) throw refused;
  return url.href;
}

export interface Outcome {
  provider: string;
  status: 'connected' | 'pending' | 'denied' | 'failed';
  /** With `pending`: what `complete-connect` takes, once. */
  connect_code?: string;
  /** An id that stands in the logs too. */
  reference?: string;
}

/** The URL with an outcome in its query; parameters of the same name are replaced. */
export function withOutcome(target: string, outcome: Outcome): string {
  const url = new URL(target);
  for (const name of ['provider', 'status', 'reference', 'connect_code']) {
    url.searchParams.delete(name);
  }
  for (const [name, value] of Object.entries(outcome)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}
