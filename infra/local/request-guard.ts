import type { IncomingMessage } from 'node:http';

export interface Refusal {
  type: string;
  message: string;
}

/** The three names under which the server may be addressed: anything else is DNS rebinding. */
export function allowedHosts(port: number): string[] {
  return [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`];
}

/** Why a request is refused at any door, or undefined. */
export function refuseHost(request: IncomingMessage, port: number): Refusal | undefined {
  const hosts = allowedHosts(port);
  if (!hosts.includes(request.headers.host ?? '')) {
    return { type: 'AccessDeniedException', message: `Host: expected ${hosts.join(', ')}` };
  }
  // An absolute URL as the request's target would name a second host.
  if (!request.url?.startsWith('/')) {
    return { type: 'AccessDeniedException', message: 'request target: expected a path' };
  }
  return undefined;
}

// Each of these alone is enough to sign a request in its address.
const QUERY_SIGNATURE = /^x-amz-(algorithm|credential|signature|signedheaders|security-token)$/i;

/**
 * Why a request to an AWS port is refused, or undefined. A web page can send none of these requests:
 * it cannot set Authorization without a preflight, which is refused, and its browser adds Origin or
 * Sec-Fetch-Site. (Sec-Fetch-Mode says nothing: Node's own fetch sends it.)
 */
export function refuseAwsRequest(request: IncomingMessage, port: number): Refusal | undefined {
  const host = refuseHost(request, port);
  if (host) return host;
  const denied = (message: string) => ({ type: 'AccessDeniedException', message });
  if (request.method === 'OPTIONS') return denied('method: expected no OPTIONS');
  if (request.headers.origin !== undefined) return denied('Origin: expected no such header');
  if (request.headers['sec-fetch-site'] !== undefined) {
    return denied('Sec-Fetch-Site: expected no such header');
  }
  const query = request.url?.split('?', 2)[1] ?? '';
  for (const name of new URLSearchParams(query).keys()) {
    if (QUERY_SIGNATURE.test(name)) {
      return denied('signature: expected in the Authorization header, not in the query');
    }
  }
  if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
    return {
      type: 'MissingAuthenticationTokenException',
      message: 'Authorization: expected AWS4-HMAC-SHA256, as every AWS SDK sends it',
    };
  }
  return undefined;
}
