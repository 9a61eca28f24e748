import { RemovalPolicies, Stack, Token } from 'aws-cdk-lib';
import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ConfigurationError } from '../shared/errors.ts';
import { browserFunctions, type FunctionName, serviceFunctions } from '../shared/routes.ts';
import { buildFunctions } from './build.ts';
import { type ConfigurationInput, resolveConfiguration } from './configuration.ts';
import { BrowserApi } from './constructs/browser-api.ts';
import { CallerAliases } from './constructs/caller-aliases.ts';
import { CaptureFunction } from './constructs/capture-function.ts';
import { emulated } from './constructs/emulated.ts';
import { type Existing, requireExisting } from './constructs/existing.ts';
import { type OnDestroy, requireOnDestroy } from './constructs/on-destroy.ts';
import { addOutputs } from './constructs/outputs.ts';
import { ProviderSecrets } from './constructs/provider-secrets.ts';
import { makeSealingKey } from './constructs/sealing-key.ts';
import { makeTable } from './constructs/table.ts';

/** `providers`, `callers`, `operator` and `returnUrls` as in `cdk.json`, and what concerns AWS alone. */
export interface TokenCaptureProps extends ConfigurationInput {
  /** How long logs are kept, the record of who read which token included; default: six months. */
  logRetention?: RetentionDays;
  /** Requests a second that the HTTP API lets through; default: 50, in bursts of 100. */
  throttle?: ThrottleSettings;
  /** What is there already and is used in place of a new one. */
  existing?: Existing;
  /**
   * What becomes of the table, key, secrets and logs when the stack is destroyed; default: `keep`.
   * With `delete` the tokens, and the way to open a backup of them, are lost.
   */
  onDestroy?: OnDestroy;
  /** Where the functions are built; default `build/functions`. */
  outdir?: string;
}

const KEY = 'TokenCapture';

// Each takes a part of a role's policies (10,240 characters) and two outputs of 200.
const PROVIDERS_AT_MOST = 90;

const LONGEST_STACK_NAME =
  64 - Math.max(...[...browserFunctions, ...serviceFunctions].map((name) => `-${name}`.length));

/**
 * Everything that captures and keeps tokens. The functions are named after the stack, so there is
 * one in a stack; the secrets are named after the providers, so a provider stands in one stack of an
 * account and region. Throws `ConfigurationError`, naming the prop.
 */
export class TokenCapture extends Construct {
  /** What browsers come to: `https://host`, without a slash at its end. */
  readonly baseUrl: string;
  readonly table: ITableV2;
  /** Seals the tokens and profiles. */
  readonly key: IKey;
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  /** ARNs of the providers' secrets, by provider. */
  readonly secretArns: Readonly<Record<string, string>>;
  readonly #aliases: CallerAliases;

  constructor(scope: Construct, id: string, props: TokenCaptureProps) {
    const {
      logRetention = RetentionDays.SIX_MONTHS,
      throttle = { rateLimit: 50, burstLimit: 100 },
      existing: existingInput = {},
      onDestroy: onDestroyInput,
      outdir,
      ...input
    } = props;
    const emulator = emulated(scope);
    const configuration = resolveConfiguration(input, {
      key: KEY,
      allowLoopbackProviders: emulator !== undefined,
    });
    const providers = Object.values(configuration.providers);
    const ids = providers.map((provider) => provider.id);
    const existing = requireExisting(existingInput, `${KEY}.existing`, ids);
    const onDestroy = requireOnDestroy(onDestroyInput, `${KEY}.onDestroy`);
    requireFits(Stack.of(scope).stackName, providers.length);
    const folders = buildFunctions({ configuration, ...(outdir !== undefined && { outdir }) });

    super(scope, id);
    this.table = makeTable(this, { existing: existing.table, isProtected: onDestroy === 'keep' });
    this.key = makeSealingKey(this, existing.key);
    const api = new BrowserApi(this, 'Browser', { throttle, logRetention });
    this.baseUrl = emulator?.baseUrl ?? api.baseUrl;
    this.secretArns = new ProviderSecrets(this, 'Secrets', {
      providers,
      baseUrl: this.baseUrl,
      existing: existing.secrets ?? [],
    }).arns;
    this.functions = mapFunctions(
      (name) =>
        new CaptureFunction(this, name, {
          folder: folders[name],
          logRetention,
          environment: {
            TABLE_NAME: this.table.tableName,
            KEY_ID: this.key.keyArn,
            BASE_URL: this.baseUrl,
          },
          resources: {
            tableArn: this.table.tableArn,
            keyArn: this.key.keyArn,
            secretArns: Object.values(this.secretArns),
            emulated: emulator !== undefined,
          },
        }).lambda,
    );
    api.connect(this.functions);
    this.#aliases = new CallerAliases(this, 'Callers', configuration.callers, this.functions);
    addOutputs(this, {
      baseUrl: this.baseUrl,
      providers: ids,
      functionNames: mapFunctions((name) => this.functions[name].functionName),
      existing: { table: this.table.tableName, key: this.key.keyArn, secrets: ids },
    });
    if (onDestroy === 'delete') RemovalPolicies.of(this).destroy();
  }

  /**
   * Lets a role invoke the service functions as this caller: its aliases, and nothing else.
   * `ConfigurationError` when the configuration has no such caller.
   */
  grant(grantee: IGrantable, caller: string): Grant {
    const aliases = Object.hasOwn(this.#aliases.byCaller, caller)
      ? this.#aliases.byCaller[caller]
      : undefined;
    if (aliases === undefined) {
      const known = Object.keys(this.#aliases.byCaller).join(', ');
      throw new ConfigurationError(
        `${KEY}.callers`,
        `"${caller}" is not configured (there are: ${known})`,
      );
    }
    return aliases.reduce(
      (granted, alias) => granted.combine(alias.grantInvoke(grantee)),
      Grant.drop(grantee, `invocation as ${caller}`),
    );
  }
}

function requireFits(stackName: string, providers: number): void {
  if (Token.isUnresolved(stackName) || stackName.length > LONGEST_STACK_NAME) {
    throw new ConfigurationError(
      KEY,
      `expected a stack whose name is known at synth and has at most ${LONGEST_STACK_NAME} characters: functions are named after it`,
    );
  }
  if (providers > PROVIDERS_AT_MOST) {
    throw new ConfigurationError(
      `${KEY}.providers`,
      `expected at most ${PROVIDERS_AT_MOST}: more do not fit one CloudFormation stack; give the others a second one`,
    );
  }
}

function mapFunctions<T>(make: (name: FunctionName) => T): Record<FunctionName, T> {
  const names: FunctionName[] = [...browserFunctions, ...serviceFunctions];
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<FunctionName, T>;
}
