import { after, before, type TestContext } from 'node:test';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { buildFunctions } from '../../infra/build.ts';
import { type ConfigurationInput, resolveConfiguration } from '../../infra/configuration.ts';
import type { BackgroundOptions } from '../../infra/local/background.ts';
import { demoEntry } from '../../infra/local/demo-entry.ts';
import type { DemoProviderOptions } from '../../infra/local/demo-provider.ts';
import { enterEnvironment, loadFunctions } from '../../infra/local/load-functions.ts';
import { productBackground } from '../../infra/local/product-background.ts';
import { type LocalRun, startLocal } from '../../infra/local/runner.ts';
import { routes } from '../../shared/routes.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { clientConfig, temporaryFolder } from './local.ts';

export interface Product extends LocalRun {
  dataDirectory: string;
  /** Where the bundles lie, a folder each. */
  functionsDirectory: string;
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
  /** Changes what runs without a request. */
  background?: (options: BackgroundOptions) => BackgroundOptions;
  /** Stands between the functions and AWS. */
  proxy?: FaultProxy;
}

/**
 * The whole product in this process, once per test file: the built bundles behind the local server, with
 * the embedded table, Secrets Manager, KMS and the demo provider on disk. A free port for everything.
 */
export async function startProduct(
  t: Pick<TestContext, 'after'>,
  { configuration = () => ({}), demoOptions = {}, background, proxy }: ProductOptions = {},
): Promise<Product> {
  const dataDirectory = await temporaryFolder(t);
  const outdir = await temporaryFolder(t);
  const inBackground = productBackground('TokenCapture');
  const logs = captureConsole(t);
  let input: ConfigurationInput | undefined;
  const local = await startLocal({
    port: 0,
    dataDirectory,
    routes,
    demo: true,
    background: background?.(inBackground) ?? inBackground,
    demoOptions,
    // The issuer is not known yet, and no id depends on it.
    providers: (configuration('').providers ?? []).map((entry) =>
      typeof entry === 'string' ? entry : entry.id,
    ),
    functions: async (environment, demo) => {
      input = {
        operator: { getToken: true },
        ...configuration(demo!.issuer),
        providers: [
          demoEntry('demo', demo!.issuer),
          ...(configuration(demo!.issuer).providers ?? []),
        ],
      };
      const resolved = resolveConfiguration(input, { allowLoopbackProviders: true });
      const folders = buildFunctions({ configuration: resolved, outdir });
      if (proxy !== undefined) {
        const endpoint = await proxy.start(environment.AWS_ENDPOINT_URL_DYNAMODB);
        t.after(proxy.close);
        for (const service of ['DYNAMODB', 'SECRETS_MANAGER', 'KMS', 'EVENTBRIDGE'] as const) {
          environment[`AWS_ENDPOINT_URL_${service}`] = endpoint;
        }
      }
      enterEnvironment(environment);
      return loadFunctions(folders, resolved);
    },
    runtime: () => ({ configuration: input }),
  });
  t.after(local.close);
  const lambda = new LambdaClient(clientConfig(local.endpoint));
  const secrets = new SecretsManagerClient(clientConfig(local.endpoint));
  return {
    ...local,
    dataDirectory,
    functionsDirectory: outdir,
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

/** The audit records among what the functions have logged. */
export function auditRecords(logs: string[]): Record<string, unknown>[] {
  return logs.map((line) => JSON.parse(line)[0]).filter((entry) => entry?.audit === 1);
}

/** The product of a suite: started before its tests, ended after them. */
export function productForSuite(options?: ProductOptions): () => Product {
  const endings: (() => unknown)[] = [];
  let product: Product | undefined;
  before(async () => {
    const suite = { after: (end: unknown) => void endings.push(end as () => unknown) };
    product = await startProduct(suite as Pick<TestContext, 'after'>, options);
  });
  after(async () => {
    for (const end of endings.reverse()) await end();
  });
  return () => product!;
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
