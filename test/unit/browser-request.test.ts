import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { browserRequest, cookieName } from '../../functions/runtime/browser-request.ts';

const name = cookieName('a'.repeat(16));
const requestWith = (...cookies: string[]) =>
  browserRequest({
    cookies,
    headers: {},
    rawQueryString: '',
    requestContext: { http: { method: 'GET' } },
  } as unknown as APIGatewayProxyEventV2);

test("a cookie without a name was taken for a session's, and hid it", () => {
  const { cookie } = requestWith(`${name}x`, `${name}=secret`);
  assert.equal(cookie(name), 'secret');
  assert.equal(requestWith(name).cookie(name), undefined);
});
