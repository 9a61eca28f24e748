import '../support/function-sources.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { NEVER } from '../../shared/connections/connection.ts';
import { sealJson } from '../../shared/vault/sealed-json.ts';
import { attempt, CANARY, fuzz } from '../support/fuzz.ts';
import { hostileText, jsonText } from '../support/hostile.ts';
import { makeMemoryDeps, makeMemorySessions, NOW } from '../support/memory-deps.ts';

const { makeCreateConnectSession } = await import(
  '../../functions/service/create-connect-session.ts'
);
const { makeDisconnect } = await import('../../functions/service/disconnect.ts');
const { makeGetToken } = await import('../../functions/service/get-token.ts');
const { makeListConnections } = await import('../../functions/service/list-connections.ts');

const KEY = { owner: 'customer-1', provider: 'acme', account: '7' };
const http = async () => ({ status: 200, headers: {}, body: '{}' });

/** The functions, and one connection of customer-1. */
async function makeFunctions() {
  const deps = makeMemoryDeps(http, makeMemorySessions());
  const tokens = { accessToken: 'the_token', tokenType: 'bearer' };
  const seconds = NOW / 1_000;
  await deps.connections.capture(KEY, {
    ...{ grantId: 'grant', status: 'connected', scopes: ['read'], dueAt: NEVER },
    ...{ connectedAt: seconds, updatedAt: seconds, expiresAt: seconds + 3_600 },
    tokenOrigin: 'https://acme.example.com',
    tokens: await sealJson(deps.vault, deps.ports, 'tokens', KEY, tokens),
    profile: await sealJson(deps.vault, deps.ports, 'profile', KEY, { account: '7', name: 'Ada' }),
  });
  const functions = {
    'create-connect-session': makeCreateConnectSession(deps),
    'get-token': makeGetToken(deps),
    'list-connections': makeListConnections(deps),
    disconnect: makeDisconnect(deps),
  };
  return { functions, logs: deps.logs };
}
const NAMES = ['create-connect-session', 'get-token', 'list-connections', 'disconnect'] as const;

const MEMBERS = [
  ...['owner', 'provider', 'account', 'ownerLabel', 'providers', 'returnUrl', 'scopes', 'values'],
  ...['confirm', 'minValiditySeconds', 'requiredScopes', 'rejectedToken', 'nextToken'],
  ...['__proto__', 'toString', 'caller'],
];
const word = fc.constantFrom(
  ...['"customer-1"', '"acme"', '"other"', '"7"', '60', '["read"]', '["acme"]', '{"shop":"x"}'],
  ...['"https://app.example.com/settings"', '"the_token"', `"${CANARY}"`, `["${CANARY}"]`],
  ...[`{"${CANARY}":7}`, `{"${CANARY}":"x"}`],
);
const json = jsonText(MEMBERS, word);
const any = fc.oneof(word, json).map((text) => JSON.parse(text));
const mostly = (good: unknown) =>
  fc.oneof({ arbitrary: fc.constant(good), weight: 4 }, { arbitrary: any, weight: 1 });
const plausible = fc.record({
  ...{ owner: mostly('customer-1'), provider: mostly('acme'), account: mostly('7') },
  ...{ providers: mostly(['acme']), returnUrl: mostly('https://app.example.com/settings') },
  ...{ scopes: mostly(['read']), values: mostly(undefined), nextToken: mostly(undefined) },
  ...{ minValiditySeconds: mostly(60), requiredScopes: mostly(['read']) },
  ...{ rejectedToken: mostly('another') },
});
const request = fc.oneof(
  { arbitrary: plausible, weight: 4 },
  json.map((text) => JSON.parse(text)),
  hostileText(),
  fc.constantFrom(null, undefined, 7, true, []),
);
const alias = fc.oneof(
  { arbitrary: fc.constantFrom(':web', ':web', ':billing'), weight: 9 },
  { arbitrary: hostileText(':$LATEST', ':7', ':constructor', ''), weight: 1 },
);

test('a request of any form is answered, or refused by the name of its field', () =>
  fuzz(
    [fc.constantFrom(...NAMES), request, alias],
    ['ok', 'disconnected', 'denied', 'listed', 'session', 'InvalidRequest'],
    async (name, event, qualifier): Promise<string> => {
      const { functions, logs } = await makeFunctions();
      const context = {
        invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:T-${name}${qualifier}`,
        awsRequestId: 'request',
        getRemainingTimeInMillis: () => 29_000,
      } as Context;
      const invoke = functions[name] as unknown as (
        event: unknown,
        context: Context,
      ) => Promise<Record<string, unknown>>;
      const { value: answer, error } = await attempt(() => invoke(event, context));
      for (const line of logs) {
        assert.ok(!line.includes(CANARY) && !line.includes('the_token'), line);
        assert.ok(line.length <= 2_000, `${line.length} characters in a log line`);
      }
      if (error !== undefined) return error.name;
      assert.ok(answer !== undefined);
      assert.equal(answer['accessToken'], answer['status'] === 'ok' ? 'the_token' : undefined);
      // The one who is not let through gets nothing, whatever the request says.
      if (qualifier !== ':web') assert.notEqual(answer['status'], 'ok');
      if ('url' in answer) return 'session';
      return 'connections' in answer ? 'listed' : (answer['status'] as string);
    },
  ));
