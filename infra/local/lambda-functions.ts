import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { arn } from './aws-account.ts';

export type LocalHandler = (event: unknown, context: Context) => unknown;

export interface LocalFunction {
  handler: LocalHandler;
  /** 10 where it is left out. */
  timeoutSeconds?: number;
  /** Names under which a service may invoke it. */
  aliases: readonly string[];
}

/** By the name that the route table uses, without the stack's name. */
export type LocalFunctions = Record<string, LocalFunction>;

export type InvocationResult =
  | { ok: true; payload: string }
  | { ok: false; error: { errorType: string; errorMessage: string; trace: string[] } };

export interface Invocation {
  functionName: string;
  /** Alias, version or `$LATEST`; undefined where the caller named none. */
  qualifier: string | undefined;
  event: unknown;
  requestId?: string;
}

/**
 * Runs a function once, as Lambda's Node.js runtime does: what it throws, a value that is no JSON and
 * a time-out become a function error. A function that ran out of time goes on running unseen, since
 * a process cannot stop a part of itself.
 */
export async function invokeFunction(
  { handler, timeoutSeconds = 10 }: LocalFunction,
  { functionName, qualifier, event, requestId = randomUUID() }: Invocation,
): Promise<InvocationResult> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      reject(Object.assign(new Error(message), { name: 'Sandbox.Timedout', stack: '' }));
    }, timeoutSeconds * 1000);
  });
  try {
    const context = makeContext({ functionName, qualifier, requestId, deadline });
    const run = Promise.resolve().then(() => handler(event, context));
    return { ok: true, payload: toPayload(await Promise.race([run, timedOut])) };
  } catch (error) {
    return { ok: false, error: toFunctionError(error) };
  } finally {
    clearTimeout(timer);
  }
}

function makeContext(of: {
  functionName: string;
  qualifier: string | undefined;
  requestId: string;
  deadline: number;
}): Context {
  const { functionName, qualifier, requestId, deadline } = of;
  const resource = `function:${functionName}${qualifier === undefined ? '' : `:${qualifier}`}`;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: qualifier === undefined || qualifier === '$LATEST' ? '$LATEST' : '1',
    invokedFunctionArn: arn('lambda', resource),
    memoryLimitInMB: '512',
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

function toPayload(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    const message = `Unable to stringify response body: ${(error as Error).message}`;
    throw Object.assign(new Error(message), { name: 'Runtime.MarshalError' });
  }
}

function toFunctionError(error: unknown) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const trace = error.stack ? error.stack.split('\n') : [];
  return { errorType: error.name, errorMessage: error.message, trace };
}
