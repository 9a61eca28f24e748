import middy, { type MiddyfiedHandler } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Disabled, ProviderNotConfigured, ProviderUnavailable } from '../../shared/errors.ts';
import { describe, newReference } from '../../shared/incident.ts';
import type { Ports } from '../../shared/ports.ts';
import { messagePage } from '../browser/pages/message.ts';
import { type PageResponse, page } from '../browser/pages/page.ts';
import { type BrowserRequest, browserRequest } from './browser-request.ts';

export type BrowserHandler = MiddyfiedHandler<
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2
>;

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000',
  'x-robots-tag': 'noindex',
};

/** The middy stack of the browser's door: a plain page for every error, security headers on every answer. */
export function browserFunction(
  name: string,
  ports: Pick<Ports, 'random' | 'log'>,
  handle: (request: BrowserRequest) => Promise<PageResponse>,
): BrowserHandler {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use({
      after: (request) => {
        const response = request.response!;
        response.headers = { ...SECURITY_HEADERS, ...response.headers };
      },
    })
    .use({
      onError: (request) => {
        request.response = errorPage(name, ports, request.error);
        request.response.headers = { ...SECURITY_HEADERS, ...request.response.headers };
      },
    })
    .handler(async (event: APIGatewayProxyEventV2) => handle(browserRequest(event)));
}

/** The page of an error, with a reference that stands in the log beside its cause. */
export function errorPage(
  name: string,
  ports: Pick<Ports, 'random' | 'log'>,
  error: unknown,
): PageResponse {
  const reference = newReference(ports);
  ports.log.error(`${name} failed`, { reference, cause: describe(error) });
  if (error instanceof Disabled) return page(503, messagePage('switched_off', { reference }));
  if (error instanceof ProviderNotConfigured) {
    return page(503, messagePage('not_configured', { reference }));
  }
  if (error instanceof ProviderUnavailable) {
    return page(503, messagePage('provider_unavailable', { reference }));
  }
  return page(500, messagePage('error', { reference }));
}
