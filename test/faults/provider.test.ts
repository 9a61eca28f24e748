import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROVIDER_MILLISECONDS } from '../../shared/tokens/lease.ts';
import { eventually } from '../support/eventually.ts';
import { CookieBrowser } from '../support/local-browser.ts';
import {
  type Answer,
  plainConnections,
  plainTokens,
  startProcess,
} from '../support/plain-connections.ts';
import { startPlainServer } from '../support/plain-server.ts';

const server = await startPlainServer();

const isUnavailable = ({ status, retryable }: Answer) =>
  status === 'provider_unavailable' && retryable === true;

describe('a provider that does not answer as it should', () => {
  const plain = plainConnections(server);
  const { connected, ask, rejected, refreshes, statusOf } = plain;

  test('row 3: no answer in time: the same refresh token is sent again, in the grace window', async () => {
    const who = await connected();
    const good = server.answers.token;
    server.answers.token = { ...good, delayMilliseconds: 60_000 };
    assert.ok(isUnavailable(await rejected(who)));
    server.answers.token = good;
    await eventually(async () => (await rejected(who))['accessToken'] === 'access-second');
    assert.deepEqual(
      server.requests.map(({ form }) => form.get('refresh_token')),
      ['refresh-first', 'refresh-first'],
    );
  });

  test('row 4: an answer that drips is given up at the deadline for all of it', async () => {
    const who = await connected();
    const times: number[] = [];
    const drip = async function* () {
      for (;;) {
        times.push(Date.now());
        yield ' ';
        await sleep(50);
      }
    };
    server.answers.token = { status: 200, body: Readable.from(drip()) };
    const answer = await rejected(who);
    assert.ok(isUnavailable(answer), JSON.stringify(answer));
    const took = times.at(-1)! - times[0]!;
    assert.ok(took <= PROVIDER_MILLISECONDS + 250, `${took} ms`);
    // The provider's time begins when the lease is taken.
    assert.ok(took > PROVIDER_MILLISECONDS - 1_000, `${took} ms`);
    assert.deepEqual(await statusOf(who), ['connected']);
  });

  test('row 17: a callback that is delivered 50 times is exchanged once', async () => {
    const owner = 'row17';
    const provider = 'plain15';
    server.answers.token = { status: 200, body: plainTokens('first') };
    const browser = new CookieBrowser();
    const { url } = await plain.product().invoke<{ url: string }>('create-connect-session', {
      owner,
      providers: [provider],
    });
    const off = new URL((await browser.go(url)).headers.get('location')!);
    const callback = `${plain.product().url}/${provider}/callback?code=c&state=${off.searchParams.get('state')}`;
    server.requests.length = 0;
    await Promise.all(Array.from({ length: 50 }, () => browser.go(callback)));
    assert.equal(refreshes(), 1);
    assert.deepEqual(await statusOf({ owner, provider }), ['connected']);
    assert.equal((await ask({ owner, provider }))['accessToken'], 'access-first');
  });

  test('row 6: an answer without end is cut off, in less than 20 MB', async (t) => {
    const who = await connected();
    const child = startProcess(plain.product());
    t.after(() => void child.kill('SIGKILL'));
    await once(child, 'message');
    const send = async <Reply>(message: object): Promise<Reply> => {
      const replied = once(child, 'message');
      child.send(message);
      return (await replied)[0] as Reply;
    };
    const asking = {
      event: { ...who, rejectedToken: 'access-first' },
      times: 1,
      caller: 'operator',
    };
    // What a refresh needs that goes wrong otherwise.
    server.answers.token = { status: 200, body: '{' };
    await send(asking);
    const before = await send<number>({ memory: true });
    let sent = 0;
    const endless = async function* () {
      const chunk = Buffer.alloc(64 * 1_024, 'a');
      for (; sent < 500 * 1_024 * 1_024; sent += chunk.length) yield chunk;
    };
    server.answers.token = { status: 200, body: Readable.from(endless()) };
    let answers: Answer[] = [];
    await eventually(async () => {
      answers = await send<Answer[]>(asking);
      return sent > 0;
    });
    assert.ok(isUnavailable(answers[0]!), JSON.stringify(answers));
    const grown = (await send<number>({ memory: true })) - before;
    assert.ok(grown < 20 * 1_024 * 1_024, `${grown} bytes`);
    assert.ok(sent < 100 * 1_024 * 1_024, `${sent} bytes were sent`);
    server.answers.token = { status: 200, body: plainTokens('second') };
    await eventually(async () => (await rejected(who))['accessToken'] === 'access-second');
    assert.ok(refreshes() >= 3);
    assert.equal((await ask(who))['accessToken'], 'access-second');
  });
});
