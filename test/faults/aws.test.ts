import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { makeClientSecrets } from '../../shared/secrets/client-secrets.ts';
import { eventually } from '../support/eventually.ts';
import { makeFaultProxy } from '../support/fault-proxy.ts';
import { clientConfig } from '../support/local.ts';
import {
  type Answer,
  isSave,
  plainConnections,
  plainTokens,
  startProcess,
} from '../support/plain-connections.ts';
import { startPlainServer } from '../support/plain-server.ts';
import type { Product } from '../support/product.ts';

const proxy = makeFaultProxy();
const server = await startPlainServer();

describe('refresh while AWS fails', () => {
  const plain = plainConnections(server, proxy);
  const { connected, ask, rejected, refreshes } = plain;
  let product: Product;
  before(() => {
    product = plain.product();
  });

  test('row 10: the save of a rotated token is throttled: tried until it stands', async () => {
    const who = await connected();
    let throttled = 0;
    proxy.fate = (call) => (isSave(call) && throttled++ < 4 ? 'throttle' : 'pass');
    assert.equal((await rejected(who))['accessToken'], 'access-second');
    assert.ok(throttled > 4, `${throttled} saves`);
    assert.equal(refreshes(), 1);
    proxy.fate = () => 'pass';
    assert.equal((await ask(who))['accessToken'], 'access-second');
  });

  test('row 10: what the table does not take in time is spooled, sealed, and merged when it does', async () => {
    const who = await connected();
    proxy.fate = (call) => (isSave(call) ? 'throttle' : 'pass');
    const answer = await rejected(who);
    assert.deepEqual([answer['status'], answer['accessToken']], ['ok', 'access-second']);
    const spooled = await readFile(join(product.dataDirectory, 'queues.json'), 'utf8');
    assert.match(spooled, /merge/);
    assert.doesNotMatch(spooled, /access-second|refresh-second/);
    proxy.fate = () => 'pass';
    await eventually(async () => {
      const { accessToken } = await ask(who);
      return accessToken === 'access-second';
    });
    assert.equal(refreshes(), 1);
    const next = { ...plainTokens('third'), refresh_token: undefined };
    server.answers.token = { status: 200, body: next };
    await ask(who, { rejectedToken: 'access-second' });
    assert.equal(server.requests.at(-1)!.form.get('refresh_token'), 'refresh-second');
  });

  test('row 12: a save whose answer is lost is recognised, and the provider is asked once', async () => {
    const who = await connected();
    let lost = 0;
    proxy.fate = (call) => (isSave(call) && lost++ === 0 ? 'lose_answer' : 'pass');
    assert.equal((await rejected(who))['accessToken'], 'access-second');
    assert.ok(lost >= 2, 'the SDK tried again and met its own write');
    // Not taken for the write of another one, nor for one that did not happen.
    const strange = /newer write|tried again|spooled/;
    const ofProvider = product.logs.filter((line) => line.includes(`"${who.provider}"`));
    assert.deepEqual(
      ofProvider.filter((line) => strange.test(line)),
      [],
    );
    assert.equal(refreshes(), 1);
    assert.equal((await ask(who))['accessToken'], 'access-second');
  });

  test('row 13: KMS down: a function error that can be retried, and no plain text', async () => {
    const who = await connected();
    proxy.fate = ({ target }) => (target.startsWith('TrentService') ? 'down' : 'pass');
    await assert.rejects(ask(who), (error: Error) => error.name !== 'Error');
    // What cannot be sealed is not rotated.
    proxy.fate = ({ target }) => (target.endsWith('GenerateDataKey') ? 'down' : 'pass');
    await assert.rejects(rejected(who), (error: Error) => error.name !== 'Error');
    assert.equal(refreshes(), 0);
    proxy.fate = () => 'pass';
    assert.equal((await ask(who))['accessToken'], 'access-first');
  });

  test('row 14: Secrets Manager down: the client that was read is used on, for an hour', async () => {
    const who = await connected();
    let now = Date.now();
    const warnings: string[] = [];
    const log = (message: string) => void warnings.push(message);
    const secrets = makeClientSecrets(
      { now: () => now, log: { info: () => {}, warn: log, error: log } },
      new SecretsManagerClient(clientConfig(product.environment.AWS_ENDPOINT_URL_SECRETS_MANAGER)),
    );
    const read = await secrets.get(who.provider);
    proxy.fate = ({ target }) => (target.startsWith('secretsmanager') ? 'down' : 'pass');
    now += 10 * 60_000;
    assert.deepEqual(await secrets.get(who.provider), read);
    // A refresh looks once before its lease and once under it, where six seconds would be too long.
    assert.deepEqual(await secrets.get(who.provider), read);
    assert.deepEqual(warnings, ['client secret served stale']);
    now += 60 * 60_000;
    await assert.rejects(secrets.get(who.provider), { name: 'InternalServerError' });
  });

  test('row 25: an AWS call that hangs is given up within its time', async () => {
    const who = await connected();
    let hung = 0;
    // The sweep asks too, but not for an owner.
    proxy.fate = ({ target, body }) =>
      target.endsWith('.Query') && body.includes(who.owner) && hung++ === 0 ? 'hang' : 'pass';
    const began = Date.now();
    assert.equal((await ask(who))['status'], 'ok');
    const took = Date.now() - began;
    assert.equal(hung, 2, 'given up, and tried again');
    assert.ok(took < 4_000, `${took} ms`);
  });

  test('row 15: the holder is killed before it asks the provider: the lease ends, another one refreshes', async (t) => {
    const who = await connected();
    const child = startProcess(product);
    t.after(() => void child.kill('SIGKILL'));
    await once(child, 'message');
    // The child takes the lease and is stopped dead at the next thing it does.
    const taken = new Promise<void>((resolve) => {
      proxy.fate = ({ target, body }) => {
        if (target.endsWith('.UpdateItem') && body.includes('#lease = :lease')) {
          setImmediate(resolve);
          return 'lose_answer';
        }
        return 'pass';
      };
    });
    child.send({ event: { ...who, rejectedToken: 'access-first' }, times: 1, caller: 'operator' });
    await taken;
    child.kill('SIGKILL');
    proxy.fate = () => 'pass';
    const began = Date.now();
    const answer = await rejected(who);
    const took = Date.now() - began;
    assert.equal(answer['accessToken'], 'access-second', JSON.stringify(answer));
    assert.ok(took > 8_000 && took < 12_000, `${took} ms for a lease of 10 s`);
    assert.equal(refreshes(), 1);
  });

  test('row 20: a holder that stalls past its lease cannot save over the newest pair', async (t) => {
    const who = await connected();
    const child = startProcess(product);
    t.after(() => void child.kill('SIGKILL'));
    await once(child, 'message');
    server.answers.token = { status: 200, body: plainTokens('stalled') };
    // The child has its answer from the provider and is frozen while it saves.
    const frozen = new Promise<void>((resolve) => {
      proxy.fate = (call) => {
        if (!isSave(call)) return 'pass';
        child.kill('SIGSTOP');
        resolve();
        return 'hang';
      };
    });
    child.send({ event: { ...who, rejectedToken: 'access-first' }, times: 1, caller: 'operator' });
    await frozen;
    proxy.fate = () => 'pass';
    server.answers.token = { status: 200, body: plainTokens('newest') };
    assert.equal((await rejected(who))['accessToken'], 'access-newest');
    const late = once(child, 'message');
    child.kill('SIGCONT');
    const [[answer]] = (await late) as [[Answer]];
    assert.equal(answer['accessToken'], 'access-newest', JSON.stringify(answer));
    assert.equal((await ask(who))['accessToken'], 'access-newest');
  });

  test('row 26: too little time left: no refresh is begun', async (t) => {
    const who = await connected();
    const child = startProcess(product);
    t.after(() => void child.kill('SIGKILL'));
    await once(child, 'message');
    const answered = once(child, 'message');
    child.send({
      event: { ...who, rejectedToken: 'access-first' },
      times: 1,
      caller: 'operator',
      milliseconds: 5_000,
    });
    const [[answer]] = (await answered) as [[Answer]];
    assert.deepEqual([answer['status'], answer['retryable']], ['provider_unavailable', true]);
    assert.equal(refreshes(), 0);
  });

  test('row 27: expires_in is missing: what can be refreshed is not taken to last for ever', async () => {
    const who = await connected();
    server.answers.token = { status: 200, body: { ...plainTokens('second'), expires_in: null } };
    const { expiresAt } = await rejected(who);
    const left = Date.parse(String(expiresAt)) - Date.now();
    assert.ok(left > 3_500_000 && left <= 3_600_000, `${left} ms`);
    server.answers.token = { status: 200, body: plainTokens('third') };
    const later = await ask(who, { minValiditySeconds: 3_601 });
    assert.equal(later['accessToken'], 'access-third');
  });
});
