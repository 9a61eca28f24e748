import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { restOfHour } from '../../shared/clock.ts';
import { makeSessionLimit } from '../../shared/connections/session-limit.ts';
import { clientConfig } from '../support/local.ts';
import { roundTrip } from '../support/plain-connections.ts';
import { type PlainServer, startPlainServer } from '../support/plain-server.ts';
import { auditRecords, type Product, productForSuite } from '../support/product.ts';

const SESSIONS = 3;
const REFRESHES = 2;
const seconds = () => Math.floor(Date.now() / 1_000);
type Answer = Record<string, unknown>;

const server: PlainServer = await startPlainServer();

describe('rate limits', () => {
  const suite = productForSuite({
    configuration: () => ({
      providers: [
        {
          id: 'plain',
          authorizationUrl: `${server.origin}/authorize`,
          tokenUrl: `${server.origin}/token`,
          userInfoUrl: `${server.origin}/me`,
          account: 'id',
        },
      ],
      limits: { sessionsPerOwner: SESSIONS, refreshesPerConnection: REFRESHES },
    }),
  });
  let product: Product;
  before(async () => {
    product = suite();
    await product.setSecret('plain', { client_id: 'id', client_secret: 'client-secret' });
  });
  after(() => server.close());
  beforeEach(async () => {
    server.requests.length = 0;
    // An hour of the clock that ends in the middle of a test would start the count again.
    const rest = restOfHour(seconds());
    if (rest < 60) await sleep(rest * 1_000);
  });

  const create = (owner: string) =>
    product.invoke('create-connect-session', { owner, providers: ['plain'] });
  const ask = (owner: string, more: Answer = {}) =>
    product.invoke('get-token', { owner, provider: 'plain', ...more });
  let issued = 0;
  function issueNext(): string {
    const accessToken = `access-${++issued}`;
    server.answers.token.body = {
      access_token: accessToken,
      refresh_token: `refresh-${issued}`,
      token_type: 'bearer',
      expires_in: 3_600,
    };
    return accessToken;
  }
  function refused(answer: Answer, limit: string) {
    const { status, retryable, retryAfterSeconds, message } = answer;
    assert.deepEqual([status, retryable], ['rate_limited', true]);
    const wait = Number(retryAfterSeconds);
    // Told some moments ago.
    assert.ok(Math.abs(wait - restOfHour(seconds())) <= 5, `${wait} seconds to wait`);
    assert.ok(String(message).startsWith(limit) && String(message).includes(`${wait} seconds`));
    assert.equal(auditRecords(product.logs).at(-1)!['result'], 'rate_limited');
  }

  test('row 43: the session after the last one of an owner is refused, with the time to wait', async () => {
    for (let i = 0; i < SESSIONS; i++) assert.ok('url' in (await create('eager')));
    const answer = await create('eager');
    refused(answer, 'limits.sessionsPerOwner');
    assert.ok('url' in (await create('another')), 'no other owner is concerned');
    const table = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(product.endpoint)));
    const { count } = makeSessionLimit(table, 'TokenCapture');
    const then = seconds() + Number(answer['retryAfterSeconds']);
    assert.equal(await count('eager', SESSIONS, then - 5), false);
    assert.equal(await count('eager', SESSIONS, then), true, 'the wait is over');
  });

  test('row 43: of sessions asked for at once no more are made than there may be', async () => {
    const answers = await Promise.all(Array.from({ length: SESSIONS + 5 }, () => create('burst')));
    assert.equal(answers.filter((answer) => 'url' in answer).length, SESSIONS);
  });

  test('row 43: a token that is refused again and again is refreshed so many times', async () => {
    let token = issueNext();
    assert.match(
      await roundTrip(product, { owner: 'rejecting', provider: 'plain' }),
      /status=connected/,
    );
    for (let i = 0; i < REFRESHES; i++) {
      const next = issueNext();
      const answer = await ask('rejecting', { rejectedToken: token });
      assert.equal(answer['accessToken'], next);
      token = next;
    }
    server.requests.length = 0;
    refused(await ask('rejecting', { rejectedToken: token }), 'limits.refreshesPerConnection');
    assert.equal((await ask('rejecting'))['accessToken'], token, 'who does not refuse it has it');
    assert.deepEqual(server.requests, []);
  });

  test('row 43: a longer life is asked for so many times, then the token is what it is', async () => {
    issueNext();
    assert.match(
      await roundTrip(product, { owner: 'longing', provider: 'plain' }),
      /status=connected/,
    );
    const tokens = new Set<unknown>();
    for (let i = 0; i < REFRESHES + 3; i++) {
      issueNext();
      tokens.add((await ask('longing', { minValiditySeconds: 86_400 }))['accessToken']);
    }
    assert.equal(tokens.size, REFRESHES);
  });
});
