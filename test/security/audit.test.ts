import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { controlKey, controls } from '../../shared/connections/control-table.ts';
import { eventually } from '../support/eventually.ts';
import { makeFaultProxy } from '../support/fault-proxy.ts';
import { clientConfig } from '../support/local.ts';
import { CookieBrowser } from '../support/local-browser.ts';
import { type PlainServer, startPlainServer } from '../support/plain-server.ts';
import { auditRecords, type Product, productForSuite } from '../support/product.ts';

// Distinct enough to be found in any text, and of none of the characters that JSON or a URL escapes.
const OWNER = 'owner-canary-41c7';
const LABEL = 'label-canary-8b02';
const ACCOUNT = 'account-canary-e93d';
const NAME = 'name-canary-5f6a';
const TOKENS = ['access-canary-1', 'refresh-canary-1', 'access-canary-2', 'code-canary'];

/** As docs/audit.md says it is computed. */
const pseudonym = (value: string) =>
  createHash('sha256').update(value).digest('base64url').slice(0, 16);

const server: PlainServer = await startPlainServer();
const proxy = makeFaultProxy();
const kmsCalls: string[] = [];
let isDown = false;
proxy.fate = ({ target, body }) => {
  if (target.startsWith('TrentService')) kmsCalls.push(body);
  return isDown ? 'down' : 'pass';
};

describe('audit', () => {
  const suite = productForSuite({
    proxy,
    configuration: () => ({
      providers: [
        {
          ...server.provider('plain'),
          accountName: 'name',
        },
      ],
      callers: { billing: { functions: ['get-token'], providers: ['plain'] }, web: {} },
    }),
  });
  let product: Product;
  before(async () => {
    product = suite();
    await product.setSecret('plain', { client_id: 'id', client_secret: 'secret-canary' });
    server.answers.userInfo.body = { id: ACCOUNT, name: NAME };
    issue('1');
  });
  after(() => server.close());

  function issue(generation: string) {
    server.answers.token.body = {
      access_token: `access-canary-${generation}`,
      refresh_token: `refresh-canary-${generation}`,
      token_type: 'bearer',
      expires_in: 3_600,
    };
  }
  /** What was audited since, without what is new in each record. */
  function audited(from: number, ...without: string[]): Record<string, unknown>[] {
    const records = auditRecords(product.logs.slice(from));
    return records
      .filter(({ action }) => !without.includes(String(action)))
      .map(({ message, audit: _version, requestId, sid: _sid, ...record }) => {
        assert.equal(message, 'audit');
        return { ...record, ...(requestId !== undefined && { invoked: true }) };
      });
  }
  const whose = { owner: pseudonym(OWNER), account: pseudonym(ACCOUNT), provider: 'plain' };
  const read = (more: Record<string, unknown> = {}, caller = 'billing') =>
    product.invoke('get-token', { owner: OWNER, provider: 'plain', ...more }, caller);

  async function onItsWay() {
    const browser = new CookieBrowser();
    const { url } = await product.invoke<{ url: string }>(
      'create-connect-session',
      { owner: OWNER, ownerLabel: LABEL, providers: ['plain'] },
      'web',
    );
    const off = new URL((await browser.go(url)).headers.get('location')!);
    const state = off.searchParams.get('state')!;
    return {
      browser,
      callback: `${product.url}/plain/callback?state=${state}&code=code-canary`,
      denial: `${product.url}/plain/callback?state=${state}&error=access_denied`,
    };
  }

  test('row 42: a connect: who made the session, for whom, where, and what came of it', async () => {
    const from = product.logs.length;
    const { browser, callback } = await onItsWay();
    await new CookieBrowser().go(callback);
    const again = await onItsWay();
    await again.browser.go(again.callback);
    const cancelled = await onItsWay();
    await cancelled.browser.go(cancelled.denial);
    await browser.go(callback);
    const { owner, provider } = whose;
    const session = { action: 'session_created', result: 'ok', caller: 'web', invoked: true };
    const connect = { action: 'connect', caller: 'web', owner, provider };
    const refused = { action: 'connect', result: 'refused', provider };
    assert.deepEqual(audited(from, 'secret_read', 'configuration'), [
      { ...session, owner, providers: ['plain'] },
      { ...refused, reason: 'other_browser' },
      { ...session, owner, providers: ['plain'] },
      { ...connect, result: 'connected', account: whose.account },
      { ...session, owner, providers: ['plain'] },
      { ...connect, result: 'denied' },
      // Burned by the one who came with it first.
      { ...refused, reason: 'already_used' },
    ]);
  });

  test('row 42: N reads make N records, with the caller, whose token it is, and no token; the first is told apart', async () => {
    const first = product.logs.length;
    await read();
    assert.deepEqual(audited(first, 'configuration', 'token_read'), [
      { action: 'first_use', result: 'ok', caller: 'billing', provider: 'plain' },
    ]);
    const from = product.logs.length;
    const reads = 12;
    for (let index = 0; index < reads; index++) assert.equal((await read())['status'], 'ok');
    assert.deepEqual(
      audited(from),
      Array.from({ length: reads }, () => ({
        action: 'token_read',
        result: 'ok',
        caller: 'billing',
        invoked: true,
        ...whose,
      })),
    );
  });

  test('row 42: refusals, mistakes and outages of a read are records too', async () => {
    const from = product.logs.length;
    await read({ owner: 'nobody' });
    await assert.rejects(read({ owner: '' }), { name: 'InvalidRequest' });
    isDown = true;
    await assert.rejects(read());
    isDown = false;
    const results = audited(from).map(({ action, result, caller }) => [action, result, caller]);
    assert.deepEqual(results, [
      ['token_read', 'not_connected', 'billing'],
      ['token_read', 'error', 'billing'],
      ['token_read', 'error', 'billing'],
    ]);
  });

  test('row 42: a refresh, a list and a disconnect', async () => {
    const { owner } = whose;
    issue('2');
    const from = product.logs.length;
    await read({ rejectedToken: 'access-canary-1' });
    await product.invoke('list-connections', { owner: OWNER }, 'web');
    await product.invoke(
      'disconnect',
      { owner: OWNER, provider: 'plain', account: ACCOUNT },
      'web',
    );
    const web = { caller: 'web', invoked: true };
    assert.deepEqual(audited(from, 'secret_read', 'configuration'), [
      { action: 'refresh', result: 'refreshed', ...whose },
      { action: 'token_read', result: 'ok', caller: 'billing', invoked: true, ...whose },
      { action: 'list', result: 'ok', ...web, owner },
      { action: 'disconnect', result: 'disconnected', revoked: 'yes', ...web, ...whose },
    ]);
  });

  test('row 42: what an operator switches off and on', async () => {
    const from = product.logs.length;
    const table = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(product.endpoint)));
    const Key = controlKey(controls.owner(OWNER));
    await table.send(
      new PutCommand({ TableName: 'TokenCapture', Item: { ...Key, disabledAt: 1, by: 'test' } }),
    );
    await table.send(new DeleteCommand({ TableName: 'TokenCapture', Key }));
    const { owner } = whose;
    await eventually(() => audited(from).length === 2);
    assert.deepEqual(audited(from), [
      { action: 'switch', result: 'disabled', scope: 'owner', owner },
      { action: 'switch', result: 'enabled', scope: 'owner', owner },
    ]);
  });

  test('row 42: a secret that is read, and the configuration of a start', () => {
    const records = audited(0);
    const secret = { action: 'secret_read', result: 'ok', provider: 'plain' };
    assert.ok(records.some((record) => JSON.stringify(record) === JSON.stringify(secret)));
    const digests = records.filter(({ action }) => action === 'configuration');
    // Each service function that was invoked, once.
    assert.equal(digests.length, 4);
    assert.equal(new Set(digests.map(({ digest }) => digest)).size, 1);
  });

  test('row 54: no owner, account, label or name in clear in a log line or an encryption context', () => {
    const contexts = kmsCalls.map((body) => JSON.stringify(JSON.parse(body).EncryptionContext));
    assert.ok(contexts.length > 0 && contexts.every((context) => context.includes('"kind"')));
    const personal = [OWNER, LABEL, ACCOUNT, NAME];
    for (const text of [...product.logs, ...contexts]) {
      for (const value of personal) assert.ok(!text.includes(value), text);
    }
    const log = product.logs.join('\n');
    for (const token of [...TOKENS, 'secret-canary']) assert.ok(!log.includes(token), token);
    assert.ok(log.includes(pseudonym(OWNER)) && log.includes(pseudonym(ACCOUNT)));
  });
});
