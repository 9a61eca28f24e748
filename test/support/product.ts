import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { buildFunctions } from '../../infra/build.ts';
import { type ConfigurationInput, resolveConfiguration } from '../../infra/configuration.ts';
import type { DemoProviderOptions } from '../../infra/local/demo-provider.ts';
import type { LocalFunctions } from '../../infra/local/lambda-functions.ts';
import { type LocalRun, startLocal } from '../../infra/local/runner.ts';
import { mayInvoke } from '../../shared/configuration.ts';
import { browserFunctions, routes, serviceFunctions } from '../../shared/routes.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';
import { clientConfig, temporaryFolder } from './local.ts';

export interface Product extends LocalRun {
  dataDirectory: string;
  /** Invokes a service function; throws with the function's `errorType` as name. */
  invoke<Answer = Record<string, unknown>>(
    functionName: string,
    request: unknown,
    caller?: string,
  ): Promise<Answer>;
  setSecret(provider: string, client: Record<string, string>): Promise<void>;
  /** Every line that the functions have logged. */
  logs: string[];
}

export interface ProductOptions {
  configuration?: (demoIssuer: string) => Partial<ConfigurationInput>;
  demoOptions?: Partial<DemoProviderOptions>;
}

/**
 * The whole product in this process, once per test file: the built bundles behind the local server, with
 * the embedded table, Secrets Manager, KMS and the demo provider on disk. A free port for everything.
 */
export async function startProduct(
  t: Pick<TestContext, 'after'>,
  { configuration = () => ({}), demoOptions = {} }: ProductOptions = {},
): Promise<Product> {
  const dataDirectory = await temporaryFolder(t);
  const outdir = await temporaryFolder(t);
  const logs = captureConsole(t);
  let input: ConfigurationInput | undefined;
  const local = await startLocal({
    port: 0,
    dataDirectory,
    routes,
    demo: true,
    demoOptions,
    functions: (environment, demo) => {
      input = {
        operator: { getToken: true },
        ...configuration(demo!.issuer),
        providers: [
          {
            id: 'demo',
            name: 'Demo',
            issuer: demo!.issuer,
            scopes: ['openid', 'profile', 'email', 'offline_access'],
          },
          ...(configuration(demo!.issuer).providers ?? []),
        ],
      };
      const resolved = resolveConfiguration(input, { allowLoopbackProviders: true });
      const folders = buildFunctions({ configuration: resolved, outdir });
      Object.assign(process.env, environment);
      const load = createRequire(import.meta.url);
      const functions: LocalFunctions = {};
      for (const name of [...browserFunctions, ...serviceFunctions]) {
        const callers = Object.entries(resolved.callers);
        functions[name] = {
          handler: load(join(folders[name], 'index.js')).handler,
          aliases: callers
            .filter(([, caller]) =>
              serviceFunctions.some((each) => each === name && mayInvoke(caller, each)),
            )
            .map(([caller]) => caller),
        };
      }
      return functions;
    },
  });
  t.after(local.close);
  const lambda = new LambdaClient(clientConfig(local.endpoint));
  const secrets = new SecretsManagerClient(clientConfig(local.endpoint));
  return {
    ...local,
    dataDirectory,
    logs,
    async invoke<Answer>(functionName: string, request: unknown, caller = 'operator') {
      const answer = await lambda.send(
        new InvokeCommand({
          FunctionName: `TokenCapture-${functionName}`,
          Qualifier: caller,
          Payload: JSON.stringify(request),
        }),
      );
      const body = JSON.parse(Buffer.from(answer.Payload!).toString('utf8'));
      if (answer.FunctionError !== undefined) {
        throw Object.assign(new Error(body.errorMessage), { name: body.errorType });
      }
      return body as Answer;
    },
    async setSecret(provider, client) {
      await secrets.send(
        new PutSecretValueCommand({
          SecretId: secretName(provider),
          SecretString: JSON.stringify(client),
        }),
      );
    },
  };
}

function captureConsole(t: Pick<TestContext, 'after'>): string[] {
  const lines: string[] = [];
  const original = { info: console.info, warn: console.warn, error: console.error };
  for (const level of ['info', 'warn', 'error'] as const) {
    console[level] = (...parts: unknown[]) => void lines.push(JSON.stringify(parts));
  }
  t.after(() => Object.assign(console, original));
  return lines;
}
