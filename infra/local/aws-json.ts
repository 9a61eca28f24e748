import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type AwsInput, type AwsOperation } from './aws-error.ts';

const JSON_1_1 = 'application/x-amz-json-1.1';

/** Services of the JSON protocol by the prefix of their `X-Amz-Target`, operations by name. */
export type JsonServices = Record<string, Record<string, AwsOperation>>;

/** Answers `POST /` with `X-Amz-Target: <prefix>.<operation>`. */
export function awsJsonApi(services: JsonServices) {
  return (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    response.setHeader('x-amzn-requestid', randomUUID());
    try {
      const operation = findOperation(services, request);
      const answer = operation(parseInput(body)) ?? {};
      response.writeHead(200, { 'content-type': JSON_1_1 });
      response.end(JSON.stringify(answer));
    } catch (error) {
      const known = error instanceof AwsError;
      if (!known) console.error(error);
      sendAwsError(
        response,
        known ? error : new AwsError('InternalFailure', 'see the log of the local run', 500),
      );
    }
  };
}

/** An error in the JSON protocol: `{"__type", "message"}`. */
export function sendAwsError(
  response: ServerResponse,
  { type, message, status }: { type: string; message: string; status: number },
): void {
  response.writeHead(status, { 'content-type': JSON_1_1, 'x-amzn-errortype': type });
  response.end(JSON.stringify({ __type: type, message }));
}

function findOperation(services: JsonServices, request: IncomingMessage): AwsOperation {
  const target = String(request.headers['x-amz-target'] ?? '');
  const dot = target.indexOf('.');
  const service = target.slice(0, Math.max(dot, 0));
  const name = target.slice(dot + 1);
  const operations = Object.hasOwn(services, service) ? services[service] : undefined;
  const operation = operations && Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (request.method === 'POST' && operation) return operation;
  throw new AwsError('UnknownOperationException', `not served here: ${target || request.method}`);
}

function parseInput(body: Buffer): AwsInput {
  try {
    const input = JSON.parse(body.toString('utf8') || '{}');
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Answered below, as any other body that is no JSON object.
  }
  throw new AwsError('SerializationException', 'body: expected a JSON object');
}
