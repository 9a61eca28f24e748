import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { browserRequest, cookieName } from '../../functions/runtime/browser-request.ts';

const name = cookieName('a'.repeat(16));
const request = (event: Partial<APIGatewayProxyEventV2>) =>
  browserRequest({
    headers: {},
    rawQueryString: '',
    requestContext: { http: { method: 'GET' } },
    ...event,
  } as unknown as APIGatewayProxyEventV2);
const requestWith = (...cookies: string[]) => request({ cookies });

test("a cookie without a name was taken for a session's, and hid it", () => {
  const { cookie } = requestWith(`${name}x`, `${name}=secret`);
  assert.equal(cookie(name), 'secret');
  assert.equal(requestWith(name).cookie(name), undefined);
});

test('a form is one by its whole media type, whatever its case, and no larger than an answer is', () => {
  const codeOf = (type: string, body = 'code=c') =>
    request({ headers: { 'content-type': type }, body }).form.get('code');
  for (const type of ['', '; charset=UTF-8'].flatMap((end) => [
    `application/x-www-form-urlencoded${end}`,
    `Application/X-WWW-Form-Urlencoded${end}`,
  ])) {
    assert.equal(codeOf(type), 'c', type);
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded-not']) {
    assert.equal(codeOf(type), null, type);
  }
  // A million fields, of 2 MB, took half a gigabyte of memory.
  assert.equal(codeOf('application/x-www-form-urlencoded', `code=c${'&a'.repeat(40_000)}`), null);
});
