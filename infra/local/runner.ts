import { redirectUri } from '../../shared/routes.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';
import { REGION } from './aws-account.ts';
import { type BackgroundOptions, openBackground } from './background.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { type DemoProvider, type DemoProviderOptions, startDemoProvider } from './demo-provider.ts';
import { type LocalDynamoDB, openDynamoDB } from './dynamodb.ts';
import type { BusEvent } from './event-bus.ts';
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

/**
 * What a function reads from its environment; the same names as in the cloud. With them come the
 * variables that the background's options name.
 */
export type LocalEnvironment = Record<
  | 'AWS_REGION'
  | 'AWS_ACCESS_KEY_ID'
  | 'AWS_SECRET_ACCESS_KEY'
  | 'AWS_ENDPOINT_URL_DYNAMODB'
  | 'AWS_ENDPOINT_URL_SECRETS_MANAGER'
  | 'AWS_ENDPOINT_URL_KMS'
  | 'AWS_ENDPOINT_URL_SQS'
  | 'AWS_ENDPOINT_URL_EVENTBRIDGE'
  | 'TABLE_NAME'
  | 'KEY_ID'
  | 'BASE_URL',
  string
> &
  Record<string, string>;

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
  /** What runs without a request: the clock, the queues, the table's stream. */
  background?: BackgroundOptions;
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
  /** What has been put on the event bus, in order. */
  events(): BusEvent[];
  close(): Promise<void>;
}

/**
 * Runs the whole stack in this process. Throws `LocalError` (`folder_unusable`, `folder_in_use`,
 * `port_taken`, `invalid_option`); nothing is left behind then.
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
  const database: LocalDynamoDB = openDynamoDB(folder?.file('dynamodb'));
  atEnd(database.close);
  let endpoint = '';
  const background = openBackground(options.background ?? {}, {
    stackName,
    tableName: stackName,
    dynamoDB: database,
    endpoint: () => endpoint,
    file: (name) => folder?.file(name),
  });
  const functions: LocalFunctions = {};
  const server = await startServer({
    port: options.port,
    stackName,
    routes: options.routes,
    functions,
    services: {
      secretsmanager: secretsManager(secrets),
      TrentService: kms(keys),
      ...background.services,
    },
    dynamoDB: background.dynamoDB,
  });
  atEnd(server.close);
  const url = `http://localhost:${server.port}`;
  endpoint = `http://127.0.0.1:${server.port}`;

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
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
    TABLE_NAME: stackName,
    KEY_ID: ensureKey(keys, 'alias/token-capture'),
    BASE_URL: url,
    ...background.environment(),
  };
  await ensureTable(endpoint, stackName);
  const loaded =
    typeof options.functions === 'function'
      ? await options.functions(environment, demo)
      : options.functions;
  Object.assign(functions, loaded);
  atEnd(background.start(functions));
  folder?.writeRuntime({
    url,
    pid: process.pid,
    endpoints: {
      lambda: url,
      dynamodb: url,
      secretsManager: url,
      kms: url,
      sqs: url,
      events: url,
    },
    stackName,
    ...options.runtime?.(),
  });
  return { url, endpoint, port: server.port, environment, demo, events: background.events };
}
