import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { ConfigurationInput } from '../../../infra/configuration.ts';
import { demoEntry } from '../../../infra/local/demo-entry.ts';
import type { ServiceFunction } from '../../../shared/routes.ts';
import { clientConfig, root } from './aws.ts';

/** What the tests work on: one deployment for all of them. */
export interface Deployment {
  /** Of the emulator. */
  endpoint: string;
  /** Of the deployed HTTP API. */
  baseUrl: string;
  /** Of the OpenID Provider. */
  issuer: string;
  client: { clientId: string; clientSecret: string };
  /** Where the CDK works. */
  folder: string;
  /** With the pinned Python tools. */
  pythonBin: string;
  /** Of the stack, as first deployed. */
  outputs: Record<string, string>;
}

/** The variable that gives a test file the deployment, as JSON. */
export const DEPLOYMENT_VARIABLE = 'TOKEN_CAPTURE_DEPLOYMENT';

/** The deployment that `run.ts` has made before the tests. */
export function deployment(): Deployment {
  const text = process.env[DEPLOYMENT_VARIABLE];
  if (text === undefined) throw new Error('these tests run by npm run test:deploy');
  return JSON.parse(text) as Deployment;
}

/** The configuration of the first deployment. */
export function configuration(issuer: string): ConfigurationInput {
  return {
    providers: [demoEntry('demo', issuer), 'github'],
    callers: {
      billing: { functions: ['get-token'], providers: ['demo'] },
      web: { functions: ['create-connect-session', 'list-connections', 'disconnect'] },
    },
    operator: { getToken: true },
  };
}

/** A function error, with the function's `errorType` as name. */
class FunctionFailed extends Error {
  override readonly name: string;

  constructor({ errorType, errorMessage }: { errorType: string; errorMessage: string }) {
    super(errorMessage);
    this.name = errorType;
  }
}

/** Invokes a service function as a caller; throws what the function throws. */
export async function invoke<Answer = Record<string, unknown>>(
  service: ServiceFunction,
  caller: string | undefined,
  request: object,
  credentials = root,
): Promise<Answer> {
  const lambda = new LambdaClient(clientConfig(deployment().endpoint, credentials));
  try {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({
        FunctionName: `TokenCapture-${service}`,
        Qualifier: caller,
        Payload: JSON.stringify(request),
      }),
    );
    const body = JSON.parse(Buffer.from(Payload!).toString('utf8'));
    if (FunctionError !== undefined) throw new FunctionFailed(body);
    return body as Answer;
  } finally {
    lambda.destroy();
  }
}
