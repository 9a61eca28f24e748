import '../support/function-sources.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import fc from 'fast-check';
import { hashOf } from '../../shared/capture/session-secrets.ts';
import type { HttpRequest } from '../../shared/ports.ts';
import { attempt, CANARY, fuzz } from '../support/fuzz.ts';
import { hostileText, mutated } from '../support/hostile.ts';
import { makeMemoryDeps, makeMemorySessions, NOW } from '../support/memory-deps.ts';

const { makeCallback } = await import('../../functions/browser/callback.ts');

const SID = 'a'.repeat(16);
const STATE = `${SID}.${'b'.repeat(43)}`;
const COOKIE = `__Host-s-${SID}=${'c'.repeat(43)}`;
const RETURN_URL = 'https://app.example.com/settings?tab=1';

const usually = <T>(value: T, otherwise: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: fc.constant(value), weight: 3 }, { arbitrary: otherwise, weight: 1 });
const state = usually(STATE, fc.oneof(mutated(fc.constant(STATE)), hostileText(STATE)));
const name = fc.oneof(
  { arbitrary: fc.constantFrom('state', 'code', 'error', 'iss'), weight: 4 },
  hostileText(),
);
const parameters = fc.oneof(
  fc.tuple(state, fc.oneof(fc.constant('"><script>'), hostileText())).map(([value, code]) => [
    ['state', value],
    ['code', code],
  ]),
  fc.tuple(state, usually('access_denied', hostileText())).map(([value, error]) => [
    ['error', error],
    ['state', value],
  ]),
  fc
    .array(fc.tuple(name, fc.oneof(state, hostileText())), { maxLength: 3 })
    .map((more) => [['state', STATE], ...more.filter(([each]) => each !== 'state')]),
  fc.array(fc.tuple(name, fc.oneof(state, hostileText())), { maxLength: 4 }),
) as fc.Arbitrary<[string, string][]>;
const cookies = usually([COOKIE], fc.array(mutated(fc.constant(COOKIE)), { maxLength: 3 }));
const visit = fc.record({
  provider: usually('acme', fc.oneof(fc.constantFrom('other', '__proto__'), hostileText())),
  method: fc.constantFrom('GET', 'POST'),
  parameters,
  sentOn: fc.boolean(),
  cookies,
});

/** The event of an HTTP API; a POST is a form. */
function eventOf({ provider, method, parameters, sentOn, cookies }: Visit) {
  const text = new URLSearchParams([
    ...parameters,
    ...(sentOn && method === 'POST' ? [['sent_on', '1'] as [string, string]] : []),
  ]).toString();
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'none' },
    requestContext: { http: { method } },
    pathParameters: { provider },
    rawQueryString: method === 'GET' ? text : '',
    ...(method === 'POST' && { body: Buffer.from(text).toString('base64'), isBase64Encoded: true }),
    cookies,
  } as unknown as APIGatewayProxyEventV2;
}
type Visit = typeof visit extends fc.Arbitrary<infer T> ? T : never;

const OUTCOMES = ['connected', 'failed', 'denied', 'sent on', 'refused'] as const;

test('row 2: a code is exchanged for the state, the browser and the provider of a request, once', () =>
  fuzz([visit], OUTCOMES, async (from) => {
    const sessions = makeMemorySessions();
    sessions.rows.set(SID, {
      ...{ sid: SID, tokenHash: 'hash', owner: 'customer-1', providers: ['acme', 'other'] },
      ...{ returnUrl: RETURN_URL, scopes: [], caller: 'web', createdAt: NOW / 1_000 },
      browserHash: hashOf('c'.repeat(43)),
      expiresAt: NOW / 1_000 + 60,
      requests: {
        [hashOf(STATE)]: { provider: 'acme', createdAt: 0, expiresAt: NOW / 1_000 + 60 },
      },
    });
    const sent: string[] = [];
    const deps = makeMemoryDeps(async ({ method, url }: HttpRequest) => {
      sent.push(`${method} ${url}`);
      const body = { access_token: 'token', token_type: 'bearer', id: 7 };
      return { status: 200, headers: {}, body: JSON.stringify(body) };
    }, sessions);
    const call = async () => {
      const callback = makeCallback(deps) as unknown as (
        event: APIGatewayProxyEventV2,
        context: Context,
      ) => Promise<{ statusCode: number; headers: Record<string, string>; body?: string }>;
      const { value } = await attempt(() => callback(eventOf(from), {} as Context));
      assert.ok(value !== undefined);
      assert.notEqual(value.statusCode, 500, deps.logs.join());
      return value;
    };
    const { statusCode, headers, body = '' } = await call();

    assert.ok(!deps.logs.join().includes(CANARY), 'the log holds what came in');
    assert.ok(!/<script(?!>document\.forms)/.test(body), body);
    const exchanged = sent.some((line) => line.startsWith('POST '));
    if (statusCode === 303) assertOurs(from);
    const before = sent.length;
    await call();
    assert.equal(sent.length, before, 'a second copy of the callback sends nothing');

    if (statusCode === 200) return 'sent on';
    if (statusCode !== 303) {
      assert.ok(!exchanged && !body.includes(CANARY));
      return 'refused';
    }
    const location = new URL(headers['location']!);
    assert.equal(location.origin + location.pathname, 'https://app.example.com/settings');
    const names = [...location.searchParams.keys()].filter((each) => each !== 'reference');
    assert.deepEqual(names, ['tab', 'provider', 'status']);
    const status = OUTCOMES.find((each) => each === location.searchParams.get('status'))!;
    if (exchanged) assert.equal(status, 'connected');
    return status;
  }));

/** What a callback must be to be one: all else is refused, and its code reaches no token endpoint. */
function assertOurs({ provider, parameters, cookies }: Visit): void {
  const all = (name: string) =>
    parameters.filter(([each]) => each === name).map(([, value]) => value.toWellFormed());
  assert.deepEqual([provider, all('state')], ['acme', [STATE]]);
  assert.deepEqual([...all('code'), ...all('error')].length, 1);
  assert.ok(all('iss').length <= 1);
  assert.ok(cookies.some((cookie) => cookie.replaceAll(/\s/g, '') === COOKIE));
}
