import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type InvocationType, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { LocalFunctions } from '../../infra/local/lambda-functions.ts';
import { clientConfig, startTestLocal } from '../support/local.ts';

class InvalidThing extends Error {
  override readonly name = 'InvalidThing';
}

const ran: unknown[] = [];
const functions: LocalFunctions = {
  echo: {
    aliases: ['billing'],
    handler: (event, context) => {
      ran.push(event);
      const { functionName, invokedFunctionArn, awsRequestId } = context;
      const remaining = context.getRemainingTimeInMillis();
      return { event, functionName, invokedFunctionArn, awsRequestId, remaining };
    },
  },
  fails: {
    aliases: [],
    handler: () => {
      throw new InvalidThing('owner: expected a string');
    },
  },
  hangs: { aliases: [], timeoutSeconds: 0.05, handler: () => new Promise(() => {}) },
  silent: { aliases: [], handler: () => undefined },
};

async function makeInvoke(t: Parameters<typeof startTestLocal>[0]) {
  const { endpoint } = await startTestLocal(t, { functions });
  const client = new LambdaClient(clientConfig(endpoint));
  return async (
    FunctionName: string,
    more: { Qualifier?: string; Payload?: string; InvocationType?: InvocationType } = {},
  ) => {
    const answer = await client.send(new InvokeCommand({ FunctionName, ...more }));
    const text = Buffer.from(answer.Payload ?? []).toString('utf8');
    return { ...answer, payload: text === '' ? undefined : JSON.parse(text) };
  };
}

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:TokenCapture-echo';

test('each way to name a function and its alias gives the same ARN', async (t) => {
  const invoke = await makeInvoke(t);
  const answers = [
    await invoke('TokenCapture-echo', { Qualifier: 'billing', Payload: '{"a":1}' }),
    await invoke('TokenCapture-echo:billing', { Payload: '{"a":1}' }),
    await invoke(`${ARN}:billing`, { Payload: '{"a":1}' }),
    await invoke('000000000000:function:TokenCapture-echo', {
      Qualifier: 'billing',
      Payload: '{"a":1}',
    }),
  ];
  for (const { payload, FunctionError, StatusCode } of answers) {
    assert.equal(FunctionError, undefined);
    assert.equal(StatusCode, 200);
    assert.deepEqual(payload.event, { a: 1 });
    assert.equal(payload.functionName, 'TokenCapture-echo');
    assert.equal(payload.invokedFunctionArn, `${ARN}:billing`);
    assert.match(payload.awsRequestId, /^[0-9a-f-]{36}$/);
    assert.ok(payload.remaining > 9000 && payload.remaining <= 10_000);
  }
});

test('without an alias the ARN has none, with $LATEST it says so', async (t) => {
  const invoke = await makeInvoke(t);
  assert.equal((await invoke('TokenCapture-echo')).payload.invokedFunctionArn, ARN);
  const latest = await invoke('TokenCapture-echo', { Qualifier: '$LATEST' });
  assert.equal(latest.payload.invokedFunctionArn, `${ARN}:$LATEST`);
});

test('an unknown function, alias or prefix is ResourceNotFoundException', async (t) => {
  const invoke = await makeInvoke(t);
  for (const name of [
    'TokenCapture-other',
    'Other-echo',
    'echo',
    'TokenCapture-echo:web',
    'TokenCapture-toString',
  ]) {
    await assert.rejects(
      invoke(name),
      (error: Error & { $metadata: { httpStatusCode: number } }) => {
        assert.equal(error.name, 'ResourceNotFoundException');
        assert.equal(error.$metadata.httpStatusCode, 404);
        assert.match(error.message, /^Function not found: arn:aws:lambda:/);
        return true;
      },
    );
  }
  await assert.rejects(invoke('TokenCapture-echo:billing', { Qualifier: 'web' }), {
    name: 'InvalidParameterValueException',
  });
});

test('what a function throws is a function error with its literal name', async (t) => {
  const invoke = await makeInvoke(t);
  const { FunctionError, StatusCode, payload } = await invoke('TokenCapture-fails');
  assert.equal(StatusCode, 200);
  assert.equal(FunctionError, 'Unhandled');
  assert.equal(payload.errorType, 'InvalidThing');
  assert.equal(payload.errorMessage, 'owner: expected a string');
  assert.ok(Array.isArray(payload.trace));
});

test('a function that takes too long ends as a function error', async (t) => {
  const invoke = await makeInvoke(t);
  const { FunctionError, payload } = await invoke('TokenCapture-hangs');
  assert.equal(FunctionError, 'Unhandled');
  assert.equal(payload.errorType, 'Sandbox.Timedout');
  assert.match(payload.errorMessage, /Task timed out after 0\.05 seconds$/);
});

test('Event answers 202 and runs, DryRun answers 204 and does not', async (t) => {
  const invoke = await makeInvoke(t);
  ran.length = 0;
  const options = { Payload: '{"n":1}', InvocationType: 'Event' as const };
  assert.equal((await invoke('TokenCapture-echo', options)).StatusCode, 202);
  const dry = { Payload: '{"n":2}', InvocationType: 'DryRun' as const };
  assert.equal((await invoke('TokenCapture-echo', dry)).StatusCode, 204);
  assert.deepEqual(ran, [{ n: 1 }]);
});

test('nothing returned is null, and a payload that is no JSON is refused', async (t) => {
  const invoke = await makeInvoke(t);
  assert.equal((await invoke('TokenCapture-silent')).payload, null);
  await assert.rejects(invoke('TokenCapture-silent', { Payload: '{' }), {
    name: 'InvalidRequestContentException',
  });
});
