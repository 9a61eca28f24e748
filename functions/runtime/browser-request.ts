import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Visit } from '../../shared/capture/open-session.ts';

/** What a handler reads of an HTTP API event (payload format 2.0). */
export interface BrowserRequest {
  method: string;
  /** `{provider}` of the path. */
  provider: string;
  query: URLSearchParams;
  /** The body of a form; empty where there is none. */
  form: URLSearchParams;
  cookie(name: string): string | undefined;
  /** Our own page sent it, or a browser that does not tell (`Sec-Fetch-Site`). */
  fromHere: boolean;
  /** A person navigates: not a prefetch, not a sub-resource, not a script. */
  navigates: boolean;
}

/** The name of a session's cookie. `__Host-`: this host alone, over TLS, for all paths. */
export const cookieName = (sid: string) => `__Host-s-${sid}`;

// Fetch's own, and those that Chromium, Safari and Firefox sent before it.
const PURPOSES = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

export function browserRequest(event: APIGatewayProxyEventV2): BrowserRequest {
  const { headers, requestContext } = event;
  const site = headers['sec-fetch-site'];
  const purpose = PURPOSES.map((name) => headers[name]).join(' ');
  const cookies = new Map(
    // The first of a name wins: a longer path, which comes first, is impossible for `__Host-`.
    (event.cookies ?? []).toReversed().map((pair) => {
      const at = pair.indexOf('=');
      // Without "=" it is a value that has no name.
      return [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()] as const;
    }),
  );
  return {
    method: requestContext.http.method,
    provider: event.pathParameters?.['provider'] ?? '',
    query: new URLSearchParams(event.rawQueryString),
    form: new URLSearchParams(formBody(event)),
    cookie: (name) => cookies.get(name),
    fromHere: site === undefined || site === 'same-origin',
    navigates:
      requestContext.http.method === 'GET' &&
      (headers['sec-fetch-dest'] ?? 'document') === 'document' &&
      !/prefetch|prerender|preview/i.test(purpose),
  };
}

// A provider's answer has a few thousand characters: a code, an ID token, a name.
const FORM_AT_MOST = 64 * 1024;

/** The body of a form; of what is larger than any provider's answer, or no form, nothing. */
function formBody(event: APIGatewayProxyEventV2): string {
  const type = event.headers['content-type'] ?? '';
  if (event.body === undefined || event.body.length > FORM_AT_MOST) return '';
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) return '';
  return event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body;
}

/** How this browser comes to its session. */
export function visitOf(request: BrowserRequest): Visit {
  return {
    token: request.query.get('session'),
    sid: request.query.get('s'),
    cookie: (sid) => request.cookie(cookieName(sid)),
    navigates: request.navigates,
    takeOver: request.fromHere && request.query.get('continue') === 'here',
  };
}
