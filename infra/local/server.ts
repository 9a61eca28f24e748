import type { IncomingMessage, ServerResponse } from 'node:http';
import { awsJsonApi, type JsonServices, sendAwsError } from './aws-json.ts';
import type { LocalDynamoDB } from './dynamodb.ts';
import { httpEvent, splitTarget } from './http-event.ts';
import { sendMessage, sendResult } from './http-response.ts';
import { LAMBDA_PATH, lambdaApi } from './lambda-api.ts';
import { invokeFunction, type LocalFunctions } from './lambda-functions.ts';
import { type Listening, listenOnLoopback } from './loopback.ts';
import { BodyTooLarge, readBody } from './request-body.ts';
import { refuseAwsRequest, refuseHost } from './request-guard.ts';
import { type LocalRoute, matchRoute } from './route-match.ts';
import { QUEUE_PATH } from './sqs.ts';

const BROWSER_BODY_LIMIT = 1024 * 1024;
const AWS_BODY_LIMIT = 6 * 1024 * 1024;

export interface LocalServerOptions {
  /** 0 takes a free one. */
  port: number;
  stackName: string;
  routes: readonly LocalRoute[];
  /** Read at each request: functions may be added after the server listens. */
  functions: LocalFunctions;
  services: JsonServices;
  dynamoDB: LocalDynamoDB;
}

/** Starts the one server behind which the browser's routes and all AWS ports stand. */
export async function startServer(options: LocalServerOptions): Promise<Listening> {
  const browser = browserDoor(options);
  const aws = awsDoor(options);
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const port = request.socket.localPort ?? 0;
    if (isAwsRequest(request)) {
      const refusal = refuseAwsRequest(request, port);
      if (refusal) return sendAwsError(response, { ...refusal, status: 403 });
      return await aws(request, response, await readBody(request, AWS_BODY_LIMIT));
    }
    if (refuseHost(request, port)) return sendMessage(response, 403, 'Forbidden');
    return await browser(request, response);
  };
  return await listenOnLoopback(
    (request, response) => void answer(request, response).catch((error) => fail(response, error)),
    options,
  );
}

// The JSON services all live at "/"; a person who opens it in a browser gets the API's 404.
function isAwsRequest(request: IncomingMessage): boolean {
  const [path] = splitTarget(request.url ?? '');
  if (path.startsWith(LAMBDA_PATH) || path.startsWith(QUEUE_PATH)) return true;
  if (request.headers['x-amz-target'] !== undefined) return true;
  return path === '/' && request.method !== 'GET' && request.method !== 'HEAD';
}

function awsDoor({ stackName, functions, services, dynamoDB }: LocalServerOptions) {
  const lambda = lambdaApi(stackName, functions);
  const json = awsJsonApi(services);
  return async (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const [path] = splitTarget(request.url ?? '');
    if (path.startsWith(LAMBDA_PATH)) return await lambda(request, response, body);
    const target = String(request.headers['x-amz-target'] ?? '');
    if (request.method === 'POST' && target.startsWith('DynamoDB_20120810.')) {
      return dynamoDB.handle(request, response, body);
    }
    return json(request, response, body);
  };
}

function browserDoor({ stackName, routes, functions }: LocalServerOptions) {
  return async (request: IncomingMessage, response: ServerResponse) => {
    const [path] = splitTarget(request.url ?? '');
    const match = matchRoute(routes, request.method ?? '', path);
    const invoked = match && functions[match.route.functionName];
    if (!match || !invoked) return sendMessage(response, 404, 'Not Found');
    const event = httpEvent(request, match, await readBody(request, BROWSER_BODY_LIMIT));
    const functionName = `${stackName}-${match.route.functionName}`;
    const result = await invokeFunction(invoked, { functionName, qualifier: undefined, event });
    response.setHeader('apigw-requestid', event.requestContext.requestId);
    if (result.ok) return sendResult(response, JSON.parse(result.payload));
    console.error({ message: 'function error', functionName, ...result.error });
    return sendMessage(response, 500, 'Internal Server Error');
  };
}

function fail(response: ServerResponse, error: unknown): void {
  const tooLarge = error instanceof BodyTooLarge;
  if (!tooLarge) console.error(error);
  if (response.headersSent) return void response.destroy();
  // What is left of the body is not read: the connection ends with the answer.
  response.setHeader('connection', 'close');
  if (tooLarge) sendMessage(response, 413, 'Request Entity Too Large');
  else sendMessage(response, 500, 'Internal Server Error');
}
