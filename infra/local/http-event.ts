import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ACCOUNT } from './aws-account.ts';
import type { LocalRoute, RouteMatch } from './route-match.ts';

// Content types whose body an HTTP API passes on as text. Everything else arrives in base64, a form
// and a body without a type included (measured on AWS: github.com/ministackorg/ministack/pull/766).
const TEXT = /^(text\/.*|application\/(json|xml|javascript))$/;

/** The event of payload format 2.0 that an HTTP API makes from a request. */
export function httpEvent(
  request: IncomingMessage,
  { route, pathParameters }: RouteMatch<LocalRoute>,
  body: Buffer,
): APIGatewayProxyEventV2 {
  const [path = '/', query = ''] = splitTarget(request.url ?? '/');
  const { headers, cookies } = readHeaders(request);
  const queryStringParameters = joinDuplicates(new URLSearchParams(query));
  const routeKey = `${route.method} ${route.path}`;
  const now = new Date();
  const host = headers['host']?.replace(/:\d+$/, '') ?? '';
  const isBase64Encoded = body.length > 0 && !TEXT.test(mediaType(headers['content-type']));
  return {
    version: '2.0',
    routeKey,
    rawPath: decodePath(path),
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(query && { queryStringParameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      domainName: host,
      domainPrefix: host.split('.')[0] ?? '',
      http: {
        method: request.method ?? '',
        path: decodePath(path),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/** Path and query of a request target, both still encoded. */
export function splitTarget(target: string): [path: string, query: string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

// Lower-case names, duplicates joined by a comma; cookies have a field of their own.
function readHeaders(request: IncomingMessage) {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (name !== 'cookie' && values) headers[name] = values.join(',');
  }
  headers['x-forwarded-for'] = request.socket.remoteAddress ?? '';
  headers['x-forwarded-port'] = String(request.socket.localPort ?? '');
  headers['x-forwarded-proto'] = 'http';
  const cookies = (request.headersDistinct['cookie'] ?? [])
    .flatMap((line) => line.split(';'))
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '');
  return { headers, cookies };
}

function joinDuplicates(parameters: URLSearchParams): Record<string, string> {
  const names = new Set(parameters.keys());
  return Object.fromEntries([...names].map((name) => [name, parameters.getAll(name).join(',')]));
}

function mediaType(header: string | undefined): string {
  return header?.split(';')[0]?.trim().toLowerCase() ?? '';
}

// An HTTP API's rawPath is the decoded path, in spite of its name.
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function commonLogTime(date: Date): string {
  const [day, time] = date.toISOString().slice(0, 19).split('T');
  const [year, month, dayOfMonth] = (day ?? '').split('-');
  return `${dayOfMonth}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
}
