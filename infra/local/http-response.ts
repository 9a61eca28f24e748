import type { ServerResponse } from 'node:http';

interface StructuredResult {
  statusCode: number;
  headers?: Record<string, boolean | number | string>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

/**
 * Sends what a function returned the way an HTTP API does (response format 2.0): a value without
 * `statusCode` is itself the JSON body of a 200, a malformed answer is a 500.
 */
export function sendResult(response: ServerResponse, result: unknown): void {
  if (!hasStatusCode(result)) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(typeof result === 'string' ? result : JSON.stringify(result));
  } else if (!isWellFormed(result) || !setHeaders(response, result)) {
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    sendMessage(response, 500, 'Internal Server Error');
  } else {
    const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
    response.statusCode = result.statusCode;
    response.end(body);
  }
}

// False where a name or a value is none that HTTP allows.
function setHeaders(response: ServerResponse, result: StructuredResult): boolean {
  try {
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    for (const [name, value] of Object.entries(result.headers ?? {})) {
      if (!FRAMING.has(name.toLowerCase())) response.setHeader(name, String(value));
    }
    for (const cookie of result.cookies ?? []) response.appendHeader('set-cookie', cookie);
    return true;
  } catch {
    return false;
  }
}

const FRAMING = new Set(['connection', 'content-length', 'transfer-encoding']);

/** The API's own answer, `{"message": ...}`. */
export function sendMessage(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
}

function hasStatusCode(result: unknown): result is { statusCode: unknown } {
  return typeof result === 'object' && result !== null && 'statusCode' in result;
}

function isWellFormed(result: { statusCode: unknown }): result is StructuredResult {
  const { statusCode, headers, cookies, body } = result as Partial<
    Record<keyof StructuredResult, unknown>
  >;
  return (
    Number.isInteger(statusCode) &&
    (statusCode as number) >= 200 &&
    (statusCode as number) <= 599 &&
    (body === undefined || body === null || typeof body === 'string') &&
    (headers === undefined || headers === null || typeof headers === 'object') &&
    (cookies === undefined ||
      cookies === null ||
      (Array.isArray(cookies) && cookies.every((cookie) => typeof cookie === 'string')))
  );
}
