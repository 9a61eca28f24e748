import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { arn } from './aws-account.ts';
import { AwsError } from './aws-error.ts';
import { splitTarget } from './http-event.ts';
import { invokeFunction, type LocalFunction, type LocalFunctions } from './lambda-functions.ts';
import { type FunctionAddress, parseFunctionAddress } from './lambda-name.ts';

export const LAMBDA_PATH = '/2015-03-31/functions/';

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;

/**
 * The part of Lambda's REST API that a service needs: Invoke.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function lambdaApi(stackName: string, functions: LocalFunctions) {
  return async (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const requestId = randomUUID();
    response.setHeader('x-amzn-requestid', requestId);
    try {
      const [path, query] = splitTarget(request.url ?? '');
      const name = INVOKE.exec(path)?.[1];
      if (name === undefined || request.method !== 'POST') {
        throw new AwsError('UnknownOperationException', 'only Invoke is served here', 404);
      }
      const qualifier = new URLSearchParams(query).get('Qualifier') ?? undefined;
      const address = parseFunctionAddress(decodeURIComponent(name), qualifier);
      const invoked = findFunction(stackName, functions, address);
      const event = parsePayload(body);
      const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
      if (type === 'DryRun') return void response.writeHead(204).end();
      const result = invokeFunction(invoked, { ...address, event, requestId });
      if (type === 'Event') return void response.writeHead(202).end();
      sendInvocation(response, address, await result);
    } catch (error) {
      sendLambdaError(response, error);
    }
  };
}

function findFunction(
  stackName: string,
  functions: LocalFunctions,
  { functionName, qualifier }: FunctionAddress,
): LocalFunction {
  const prefix = `${stackName}-`;
  const own = functionName.startsWith(prefix) ? functionName.slice(prefix.length) : '';
  const found = Object.hasOwn(functions, own) ? functions[own] : undefined;
  const known =
    qualifier === undefined ||
    qualifier === '$LATEST' ||
    // Aliases stand on the first version.
    (qualifier === '1' && (found?.aliases.length ?? 0) > 0) ||
    found?.aliases.includes(qualifier);
  if (found && known) return found;
  const resource = `function:${functionName}${qualifier === undefined ? '' : `:${qualifier}`}`;
  throw new AwsError(
    'ResourceNotFoundException',
    `Function not found: ${arn('lambda', resource)}`,
    404,
  );
}

function parsePayload(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

function sendInvocation(
  response: ServerResponse,
  { qualifier }: FunctionAddress,
  result: Awaited<ReturnType<typeof invokeFunction>>,
): void {
  const latest = qualifier === undefined || qualifier === '$LATEST';
  response.setHeader('content-type', 'application/json');
  response.setHeader('x-amz-executed-version', latest ? '$LATEST' : '1');
  if (!result.ok) response.setHeader('x-amz-function-error', 'Unhandled');
  response.end(result.ok ? result.payload : JSON.stringify(result.error));
}

function sendLambdaError(response: ServerResponse, error: unknown): void {
  const { type, message, status } =
    error instanceof AwsError
      ? error
      : { type: 'ServiceException', message: String(error), status: 500 };
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
  response.end(JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message }));
}
