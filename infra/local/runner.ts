import { redirectUri } from '../../shared/routes.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';
import { REGION } from './aws-account.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { type DemoProvider, type DemoProviderOptions, startDemoProvider } from './demo-provider.ts';
import { type LocalDynamoDB, openDynamoDB } from './dynamodb.ts';
import { kms } from './kms.ts';
import { ensureKey, openKeyStore } from './kms-keys.ts';
import type { LocalFunctions } from './lambda-functions.ts';
import type { LocalRoute } from './route-match.ts';
import { secretsManager } from './secrets-manager.ts';
import { openSecretsStore } from './secrets-store.ts';
import { ensureClient, seedSecrets } from './seed-secrets.ts';
import { startServer } from './server.ts';
import { ensureTable } from './table.ts';

export const DEMO = 'demo';

/** What a function reads from its environment; the same names as in the cloud. */
export type LocalEnvironment = Record<
  | 'AWS_REGION'
  | 'AWS_ACCESS_KEY_ID'
  | 'AWS_SECRET_ACCESS_KEY'
  | 'AWS_ENDPOINT_URL_DYNAMODB'
  | 'AWS_ENDPOINT_URL_SECRETS_MANAGER'
  | 'AWS_ENDPOINT_URL_KMS'
  | 'TABLE_NAME'
  | 'KEY_ID'
  | 'BASE_URL',
  string
>;

/** Makes the functions once their environment is known. */
export type FunctionLoader = (
  environment: LocalEnvironment,
  demo: DemoProvider | undefined,
) => LocalFunctions | Promise<LocalFunctions>;

export interface LocalOptions {
  /** 0 takes a free one. */
  port: number;
  /** Left out: everything lives in memory, and no `runtime.json` is written. */
  dataDirectory?: string;
  /** `TokenCapture` by default. */
  stackName?: string;
  routes: readonly LocalRoute[];
  functions: LocalFunctions | FunctionLoader;
  /** Ids of providers that get a secret, without a value. */
  providers?: readonly string[];
  /** Starts the demo provider, on the next port (any free one, when `port` is 0). */
  demo?: boolean;
  /** How the demo provider behaves. */
  demoOptions?: Partial<DemoProviderOptions>;
  /** More members of `runtime.json`; asked for once the functions are loaded. */
  runtime?: () => Record<string, unknown>;
}

export interface LocalRun {
  /** Base URL, `http://localhost:<port>`. */
  url: string;
  /** Where the AWS ports answer, `http://127.0.0.1:<port>`. */
  endpoint: string;
  port: number;
  environment: LocalEnvironment;
  demo: DemoProvider | undefined;
  close(): Promise<void>;
}

/**
 * Runs the whole stack in this process. Throws `LocalError` (`folder_unusable`, `folder_in_use`,
 * `port_taken`); nothing is left behind then.
 */
export async function startLocal(options: LocalOptions): Promise<LocalRun> {
  const endings: (() => unknown)[] = [];
  const close = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(options, (end) => endings.push(end))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: LocalOptions,
  atEnd: (end: () => unknown) => void,
): Promise<Omit<LocalRun, 'close'>> {
  const { stackName = 'TokenCapture', dataDirectory } = options;
  let folder: DataFolder | undefined;
  if (dataDirectory !== undefined) {
    folder = openDataFolder(dataDirectory);
    atEnd(folder.close);
  }
  const secrets = openSecretsStore(folder?.file('secrets.json'));
  const keys = openKeyStore(folder?.file('keys.json'));
  const dynamoDB: LocalDynamoDB = openDynamoDB(folder?.file('dynamodb'));
  atEnd(dynamoDB.close);
  const functions: LocalFunctions = {};
  const server = await startServer({
    port: options.port,
    stackName,
    routes: options.routes,
    functions,
    services: { secretsmanager: secretsManager(secrets), TrentService: kms(keys) },
    dynamoDB,
  });
  atEnd(server.close);
  const url = `http://localhost:${server.port}`;
  const endpoint = `http://127.0.0.1:${server.port}`;

  let demo: DemoProvider | undefined;
  if (options.demo) {
    demo = await startDemoProvider({
      port: options.port === 0 ? 0 : server.port + 1,
      ...ensureClient(secrets, secretName(DEMO), 'token-capture'),
      clientName: 'Token capture',
      redirectUris: [redirectUri(url, DEMO)],
      ...(folder && { dataDirectory: folder.path }),
      ...options.demoOptions,
    });
    atEnd(demo.close);
  }
  seedSecrets(
    secrets,
    (options.providers ?? []).map((id) => ({
      name: secretName(id),
      description: `OAuth client of ${id}, as {"client_id", "client_secret"}. Redirect URI to register: ${redirectUri(url, id)}`,
    })),
  );
  const environment: LocalEnvironment = {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    AWS_ENDPOINT_URL_KMS: endpoint,
    TABLE_NAME: stackName,
    KEY_ID: ensureKey(keys, 'alias/token-capture'),
    BASE_URL: url,
  };
  await ensureTable(endpoint, stackName);
  const loaded =
    typeof options.functions === 'function'
      ? await options.functions(environment, demo)
      : options.functions;
  Object.assign(functions, loaded);
  folder?.writeRuntime({
    url,
    pid: process.pid,
    endpoints: { lambda: url, dynamodb: url, secretsManager: url, kms: url },
    stackName,
    ...options.runtime?.(),
  });
  return { url, endpoint, port: server.port, environment, demo };
}
