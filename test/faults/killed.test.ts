import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventDetail } from '../../shared/events/capture-event.ts';
import { LEASE_SECONDS } from '../../shared/tokens/lease.ts';
import { eventually } from '../support/eventually.ts';
import { makeFaultProxy } from '../support/fault-proxy.ts';
import {
  type Answer,
  isSave,
  plainConnections,
  plainTokens,
  startProcess,
  type Who,
} from '../support/plain-connections.ts';
import { startPlainServer } from '../support/plain-server.ts';

const proxy = makeFaultProxy();
const server = await startPlainServer();

describe('processes', () => {
  const plain = plainConnections(server, proxy);
  const { connected, ask, rejected, refreshes, statusOf } = plain;

  /** A process whose refresh is killed when it saves: the provider has rotated, and nobody knows the pair. */
  async function killedAtSave(t: { after(end: () => void): void }, who: Who): Promise<void> {
    const child = await started(t);
    const killed = new Promise<void>((resolve) => {
      proxy.fate = (call) => {
        if (!isSave(call)) return 'pass';
        child.kill('SIGKILL');
        resolve();
        return 'hang';
      };
    });
    child.send({ event: { ...who, rejectedToken: 'access-first' }, times: 1, caller: 'operator' });
    await killed;
    proxy.fate = () => 'pass';
  }

  async function started(
    t: { after(end: () => void): void },
    clockOffset = 0,
  ): Promise<ChildProcess> {
    const child = startProcess(plain.product(), clockOffset);
    t.after(() => void child.kill('SIGKILL'));
    await once(child, 'message');
    return child;
  }

  async function askIn(child: ChildProcess, event: object): Promise<Answer> {
    const answered = once(child, 'message');
    child.send({ event, times: 1, caller: 'operator' });
    const [[answer]] = (await answered) as [[Answer]];
    return answer;
  }

  /** The sweep, once what the killed process has left has come up. */
  async function swept(): Promise<void> {
    await sleep((LEASE_SECONDS + 2) * 1_000);
    await plain.product().invoke('refresh-due', {}, '$LATEST');
  }

  const eventsOf = ({ owner }: Who) =>
    plain
      .product()
      .events()
      .filter(({ detail }) => (detail as EventDetail).owner === owner)
      .map((event) => event['detail-type']);

  test('row 16: killed between rotation and save: replayed in the grace window', async (t) => {
    const who = await connected();
    await killedAtSave(t, who);
    server.answers.token = { status: 200, body: plainTokens('again') };
    assert.equal((await rejected(who))['accessToken'], 'access-again');
    assert.deepEqual(
      server.requests.map(({ form }) => form.get('refresh_token')),
      ['refresh-first', 'refresh-first'],
    );
  });

  test('row 16: where there is no grace window: needs_reauth and an event', async (t) => {
    const who = await connected();
    await killedAtSave(t, who);
    server.answers.token = { status: 400, body: { error: 'invalid_grant' } };
    assert.equal((await rejected(who))['status'], 'needs_reauth');
    assert.deepEqual(await statusOf(who), ['needs_reauth']);
    await eventually(() => eventsOf(who).includes('needs_reauth'));
    assert.equal(refreshes(), 2);
  });

  test('row 16: replayed though nobody asks: the lease has made it due', async (t) => {
    const who = await connected();
    await killedAtSave(t, who);
    server.answers.token = { status: 200, body: plainTokens('again') };
    await swept();
    // Its token is good for an hour: asking for it refreshes nothing.
    await eventually(async () => (await ask(who))['accessToken'] === 'access-again', 30);
    assert.deepEqual(
      server.requests.map(({ form }) => form.get('refresh_token')),
      ['refresh-first', 'refresh-first'],
    );
  });

  test('row 16: found lost though nobody asks, where there is no grace window', async (t) => {
    const who = await connected();
    await killedAtSave(t, who);
    server.answers.token = { status: 400, body: { error: 'invalid_grant' } };
    await swept();
    await eventually(() => eventsOf(who).includes('needs_reauth'), 30);
    assert.deepEqual(await statusOf(who), ['needs_reauth']);
    assert.equal(refreshes(), 2);
  });

  test('row 18: a host that is five minutes behind hands out no token that has ended', async (t) => {
    const who = await connected(1);
    const behind = await started(t, -300_000);
    await sleep(1_500);
    const answer = await askIn(behind, { ...who, minValiditySeconds: 0 });
    assert.equal(answer['accessToken'], 'access-second', JSON.stringify(answer));
    assert.equal(refreshes(), 1);
    // What it has written is right for all others.
    const { expiresAt } = await ask(who);
    const left = Date.parse(String(expiresAt)) - Date.now();
    assert.ok(Math.abs(left - 3_600_000) < 5_000, `${left} ms`);
  });

  test('row 18: a host that is five minutes ahead refreshes nothing too early', async (t) => {
    const who = await connected(200);
    const ahead = await started(t, 300_000);
    assert.equal((await askIn(ahead, who))['accessToken'], 'access-first');
    assert.equal(refreshes(), 0);
  });
});
