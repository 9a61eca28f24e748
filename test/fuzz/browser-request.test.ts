import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { browserRequest, cookieName, visitOf } from '../../functions/runtime/browser-request.ts';
import { isSecret, isSid } from '../../shared/capture/session-secrets.ts';
import { attempt, fuzz } from '../support/fuzz.ts';
import { hostileText, mutated } from '../support/hostile.ts';

const SID = 'a'.repeat(16);
const SECRET = 's'.repeat(43);
const NAME = cookieName(SID);

const cookie = fc.oneof(
  mutated(fc.constant(`${NAME}=${SECRET}`)),
  fc.constantFrom(`${NAME}=${'t'.repeat(43)}`, `${NAME}= ${SECRET} `, NAME, '=', '__proto__=x'),
  hostileText('=', `${NAME}=`),
);
const query = fc.oneof(
  hostileText('s=', `s=${SID}&`, `session=${SECRET}`, 'continue=here', '&'),
  mutated(fc.constant(`s=${SID}&session=${SECRET}&continue=here`)),
);
const header = (...known: string[]) => fc.option(hostileText(...known), { nil: undefined });
const event = fc.record({
  cookies: fc.option(fc.array(cookie, { maxLength: 5 }), { nil: undefined }),
  rawQueryString: query,
  body: fc.option(
    fc.oneof(
      query,
      query.map((text) => Buffer.from(text).toString('base64')),
    ),
    { nil: undefined },
  ),
  isBase64Encoded: fc.boolean(),
  pathParameters: fc.option(fc.record({ provider: hostileText('github') }), { nil: undefined }),
  headers: fc.record({
    'content-type': header('application/x-www-form-urlencoded', 'application/json'),
    'sec-fetch-site': header('same-origin', 'cross-site', 'none'),
    'sec-fetch-dest': header('document', 'image', 'iframe'),
    'sec-purpose': header('prefetch', 'prefetch;prerender'),
    purpose: header('preview'),
  }),
  requestContext: fc.record({
    http: fc.record({ method: fc.constantFrom('GET', 'POST', 'HEAD') }),
  }),
});

test('any event of the HTTP API is a request; a cookie is what was sent under its whole name', () =>
  fuzz([event], ['with the cookie', 'without it'], async (from) => {
    const { value: request } = await attempt(() =>
      browserRequest(from as unknown as APIGatewayProxyEventV2),
    );
    assert.ok(request !== undefined);
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      const found = request.cookie(name);
      assert.ok(found === undefined || from.cookies!.some((pair) => pair.includes(found)));
    }
    const visit = visitOf(request);
    const { headers, requestContext } = from;
    if (visit.takeOver) {
      assert.ok(['same-origin', undefined].includes(headers['sec-fetch-site']));
    }
    if (visit.navigates) {
      assert.equal(requestContext.http.method, 'GET');
      assert.ok(!/prefetch/.test(headers['sec-purpose'] ?? ''));
    }
    // What is let in as a session's id or secret is what a key of the table may hold.
    if (isSid(visit.sid)) assert.match(visit.sid, /^[\w-]{16}$/);
    const held = visit.cookie(SID);
    const sent = (from.cookies ?? []).filter((pair) => /^(.*?)=/s.exec(pair)?.[1]?.trim() === NAME);
    if (held === undefined) {
      assert.deepEqual(sent, []);
      return 'without it';
    }
    // RFC 6265 section 5.4: the first of a name is the one of the narrowest scope.
    const [, ...value] = sent[0]!.split('=');
    assert.equal(held, value.join('=').trim());
    if (isSecret(held)) assert.match(held, /^[\w-]{43}$/);
    return 'with the cookie';
  }));
