import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Configuration } from '../../shared/configuration.ts';
import { ConfigurationError } from '../../shared/errors.ts';
import type { Provider } from '../../shared/providers/provider.ts';
import {
  type ConfigurationOptions,
  DEFAULT_STACK_NAME,
  isEmulated,
  readConfigurationInput,
  resolveConfiguration,
} from '../configuration.ts';
import { CommandFailed } from './errors.ts';
import { readRuntime } from './runtime-file.ts';
import { shellWord } from './shell-word.ts';

/** Options that say where a command works. */
export interface TargetOptions {
  local?: boolean;
  data: string;
  stack: string;
  config?: string;
}

/** A deployed stack, or the local run: the same clients at another address. */
export interface Target {
  stackName: string;
  local: boolean;
  lambda: LambdaClient;
  secrets: SecretsManagerClient;
  table: DynamoDBDocumentClient;
  tableName(): Promise<string>;
  sqs: SQSClient;
  /** The options that lead here again, for commands in messages: ` --local`. */
  flags: string;
  /** The configured providers, by id. Throws `CommandFailed`. */
  providers(): Record<string, Provider>;
  /** What the names of its secrets begin with. Throws `CommandFailed`. */
  secretPrefix(): string | undefined;
  /** Whether its functions accept providers on http loopback. */
  allowsLoopback(): boolean;
}

// get-token may wait for a provider and for another refresh: 29 seconds at most.
const clientSettings = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 5_000,
    requestTimeout: 35_000,
    throwOnRequestTimeout: true,
  },
};

/** Finds the target; `CommandFailed` where no local run is there. */
export function openTarget(options: TargetOptions): Target {
  return options.local ? localTarget(options) : stackTarget(options);
}

function localTarget({ data }: TargetOptions): Target {
  const runtime = readRuntime(data);
  const settings = {
    ...clientSettings,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  return {
    stackName: runtime.stackName,
    local: true,
    lambda: new LambdaClient({ ...settings, endpoint: runtime.endpoints.lambda }),
    secrets: new SecretsManagerClient({ ...settings, endpoint: runtime.endpoints.secretsManager }),
    table: DynamoDBDocumentClient.from(
      new DynamoDBClient({ ...settings, endpoint: runtime.endpoints.dynamodb }),
    ),
    tableName: async () => runtime.stackName,
    sqs: new SQSClient({ ...settings, endpoint: runtime.endpoints.sqs }),
    flags: ` --local${data === '.local' ? '' : ` --data ${shellWord(data)}`}`,
    providers: () => {
      if (runtime.configuration === undefined) {
        throw new CommandFailed(
          'the local run does not say which providers it has: start it again with npm start',
          { type: 'local_run_unreadable' },
        );
      }
      return resolve(runtime.configuration, 'local run', { allowLoopbackProviders: true })
        .providers;
    },
    secretPrefix: () => undefined,
    allowsLoopback: () => true,
  };
}

function stackTarget({ stack, config }: TargetOptions): Target {
  const path = config ?? 'cdk.json';
  const configuration = () =>
    resolve(readInput(path), path, {
      allowLoopbackProviders: isEmulated(path),
      stackName: stack,
    });
  const lambda = new LambdaClient(clientSettings);
  let tableName: Promise<string> | undefined;
  return {
    stackName: stack,
    local: false,
    lambda,
    secrets: new SecretsManagerClient(clientSettings),
    table: DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings)),
    tableName: () => (tableName ??= tableOfStack(lambda, stack)),
    sqs: new SQSClient(clientSettings),
    flags: [
      stack === DEFAULT_STACK_NAME ? '' : ` --stack ${shellWord(stack)}`,
      config === undefined ? '' : ` --config ${shellWord(config)}`,
    ].join(''),
    providers: () => configuration().providers,
    secretPrefix: () => configuration().secretPrefix,
    allowsLoopback: () => isEmulated(path),
  };
}

/** The table of a stack, as its functions know it. */
async function tableOfStack(lambda: LambdaClient, stackName: string): Promise<string> {
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: `${stackName}-get-token` }),
  );
  return Environment!.Variables!['TABLE_NAME']!;
}

function readInput(path: string): unknown {
  try {
    return readConfigurationInput(path);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new CommandFailed(
      `${error.message}; run this in the folder of your cdk.json, or name the file with --config`,
      { type: 'configuration_error' },
    );
  }
}

function resolve(input: unknown, place: string, options: ConfigurationOptions): Configuration {
  try {
    return resolveConfiguration(input, options);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new CommandFailed(`${place}: ${error.message}`, { type: 'configuration_error' });
  }
}

/** One configured provider; `CommandFailed` names those that there are. */
export function requireProvider(target: Target, id: string): Provider {
  const providers = target.providers();
  const found = Object.hasOwn(providers, id) ? providers[id] : undefined;
  if (found !== undefined) return found;
  throw new CommandFailed(
    `"${id}" is not a configured provider (${Object.keys(providers).join(', ')}): add it to "providers" in cdk.json, then ${target.local ? 'start again with npm start' : 'deploy'}`,
    { type: 'unknown_provider' },
  );
}
