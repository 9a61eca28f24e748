import { RemovalPolicies, Stack, Tags, Token } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable, ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ConfigurationError } from '../shared/errors.ts';
import { type FunctionName, functionNames, type ServiceFunction } from '../shared/routes.ts';
import { SECRET_PREFIX, secretName } from '../shared/secrets/secret-name.ts';
import { buildFunctions } from './build.ts';
import { type ConfigurationInput, inputForStack, resolveConfiguration } from './configuration.ts';
import { Alarms } from './constructs/alarms.ts';
import { BrowserApi } from './constructs/browser-api.ts';
import { requireDomain } from './constructs/browser-domain.ts';
import { CallerAliases } from './constructs/caller-aliases.ts';
import { CaptureFunction } from './constructs/capture-function.ts';
import { emulated } from './constructs/emulated.ts';
import { type Existing, requireExisting } from './constructs/existing.ts';
import { deployedSettings } from './constructs/function-settings.ts';
import { type OnDestroy, requireOnDestroy } from './constructs/on-destroy.ts';
import { addOutputs } from './constructs/outputs.ts';
import { Parameters } from './constructs/parameters.ts';
import { permissions } from './constructs/permissions.ts';
import { ProviderSecrets } from './constructs/provider-secrets.ts';
import { RefreshSchedule } from './constructs/refresh-schedule.ts';
import { makeSealingKey } from './constructs/sealing-key.ts';
import { requireStackFits } from './constructs/stack-limits.ts';
import { followStream } from './constructs/stream-mapping.ts';
import { makeTable } from './constructs/table.ts';
import { throttles } from './constructs/throttling.ts';
import { WorkQueues } from './constructs/work-queues.ts';
import { mapFunctions } from './map-functions.ts';

/** The fields of `cdk.json`, and what concerns the life of the stack. */
export interface TokenCaptureProps extends ConfigurationInput {
  /** What is there already and is used in place of a new one. */
  existing?: Existing;
  /**
   * What becomes of the table, key, secrets and logs when the stack is destroyed; default: `keep`.
   * With `delete` the tokens, and the way to open a backup of them, are lost.
   */
  onDestroy?: OnDestroy;
  /** Where the functions are built; default `build/functions/<stack>`, since the CDK knows a folder by its path. */
  outdir?: string;
}

/** What messages call the places that a mistake can be in. */
export interface Places {
  configuration: string;
  existing: string;
  onDestroy: string;
}

const PROPS: Places = {
  configuration: 'TokenCapture',
  existing: 'TokenCapture.existing',
  onDestroy: 'TokenCapture.onDestroy',
};

// Ten a second: callers that need more say so.
const READS_PER_CALLER = 3_000;

// A role's policies may have 10,240 characters together: this many are left for the secrets' ARNs.
const SECRET_ARNS_AT_MOST = 8_500;

// A role's name has 64 characters at most: the stack's, the region's and the function's.
const LONGEST_STACK_NAME =
  64 - '-ap-southeast-1'.length - Math.max(...functionNames.map((name) => `-${name}`.length));

/**
 * Everything that captures and keeps tokens. The functions are named after the stack, so there is
 * one in a stack; several stacks stand side by side in one account and region. Throws
 * `ConfigurationError`, naming the prop and what was expected.
 */
export class TokenCapture extends Construct {
  /** What browsers come to: `https://host`, without a slash at its end. */
  readonly baseUrl: string;
  readonly api: HttpApi;
  readonly table: ITableV2;
  /** Seals the tokens and profiles; its policy lets nobody but the functions' roles use it. */
  readonly key: IKey;
  /** The bus that events of connections come to. */
  readonly events: EventBus;
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  /** ARNs of the providers' secrets, by provider. */
  readonly secretArns: Readonly<Record<string, string>>;
  readonly #aliases: CallerAliases;
  readonly #callersPlace: string;

  constructor(scope: Construct, id: string, props: TokenCaptureProps, places = PROPS) {
    const { existing: existingInput = {}, onDestroy: onDestroyInput, outdir, ...input } = props;
    const emulator = emulated(scope);
    const { stackName, region } = Stack.of(scope);
    const place = places.configuration;
    requireStackName(stackName, place);
    const configuration = resolveConfiguration(input, {
      key: place,
      allowLoopbackProviders: emulator !== undefined,
      stackName,
    });
    const deployment = inputForStack(input, { key: place, stackName });
    const { secretPrefix = SECRET_PREFIX } = configuration;
    const providers = Object.values(configuration.providers);
    const ids = providers.map((provider) => provider.id);
    const existing = requireExisting(existingInput, places.existing, ids);
    const onDestroy = requireOnDestroy(onDestroyInput, places.onDestroy);
    const domain = requireDomain(deployment, place, region);
    requireSecretsFit(ids, secretPrefix, place);
    const settings = mapFunctions((name) => deployedSettings(name, deployment.functions, place));
    const folders = buildFunctions({
      configuration,
      outdir: outdir ?? `build/functions/${stackName}`,
    });
    const logRetention: RetentionDays = deployment.logRetentionDays ?? RetentionDays.SIX_MONTHS;

    super(scope, id);
    this.#callersPlace = `${place}.callers`;
    this.table = makeTable(this, { existing, isProtected: onDestroy === 'keep' });
    this.key = makeSealingKey(this, {
      existingArn: existing.key,
      emulated: emulator !== undefined,
    });
    this.events = new EventBus(this, 'Events', { eventBusName: stackName });
    const browser = new BrowserApi(this, 'Browser', {
      domain,
      throttles: throttles(deployment.throttle),
      logRetention,
    });
    this.api = browser.httpApi;
    this.baseUrl = emulator?.baseUrl ?? browser.baseUrl;
    this.secretArns = new ProviderSecrets(this, 'Secrets', {
      providers,
      baseUrl: this.baseUrl,
      existing: existing.secrets ?? [],
      prefix: secretPrefix,
    }).arns;
    const work = new WorkQueues(this, 'Work');
    this.functions = mapFunctions(
      (name) =>
        new CaptureFunction(this, name, {
          folder: folders[name],
          logRetention,
          settings: settings[name],
          tracing: deployment.tracing ?? false,
          environment: {
            TABLE_NAME: this.table.tableName,
            KEY_ID: this.key.keyArn,
            BASE_URL: this.baseUrl,
            ...(permissions[name].events && { EVENT_BUS_NAME: this.events.eventBusName }),
            ...(permissions[name].queues?.refresh?.includes('SendMessage') && {
              REFRESH_QUEUE_URL: work.queues.refresh.queueUrl,
            }),
            ...(permissions[name].queues?.spool?.includes('SendMessage') && {
              SPOOL_QUEUE_URL: work.queues.spool.queueUrl,
            }),
          },
          resources: {
            tableArn: this.table.tableArn,
            keyArn: this.key.keyArn,
            secretArns: Object.values(this.secretArns),
            streamArn: this.table.tableStreamArn!,
            eventBusArn: this.events.eventBusArn,
            queueArns: {
              refresh: work.queues.refresh.queueArn,
              spool: work.queues.spool.queueArn,
            },
            emulated: emulator !== undefined,
          },
        }).lambda,
    );
    browser.connect(this.functions);
    followStream(this, this.table, this.functions['publish-events']);
    new RefreshSchedule(this, 'Schedule', this.functions['refresh-due']);
    const worker = this.functions['refresh-connection'];
    work.connect('refresh', worker, deployment.refreshConcurrency);
    work.connect('spool', worker);
    new Alarms(this, 'Alarms', {
      functions: this.functions,
      deadLetters: work.deadLetters,
      topicArn: deployment.alarmTopicArn,
      readsPerCaller: deployment.alarmReadsPerCaller ?? READS_PER_CALLER,
      emulated: emulator !== undefined,
    });
    this.#aliases = new CallerAliases(this, 'Callers', configuration.callers, this.functions);
    new Parameters(this, 'Parameters', {
      baseUrl: this.baseUrl,
      functionArns: mapFunctions((name) => this.functions[name].functionArn),
      eventBusArn: this.events.eventBusArn,
    });
    addOutputs(this, {
      baseUrl: this.baseUrl,
      domainTarget: browser.domainTarget,
      providers,
      functionNames: mapFunctions((name) => this.functions[name].functionName),
      eventBusName: this.events.eventBusName,
      existing: {
        table: this.table.tableName,
        stream: this.table.tableStreamArn!,
        key: this.key.keyArn,
        secrets: ids,
      },
    });
    // The operator is always there, and not one of those that may be taken out.
    requireStackFits(this, place, Object.keys(configuration.callers).length - 1);

    for (const [key, value] of Object.entries({
      application: 'oauth2-token-capture',
      ...deployment.tags,
    })) {
      Tags.of(this).add(key, value);
    }
    if (deployment.permissionsBoundaryArn !== undefined) {
      PermissionsBoundary.of(this).apply(
        ManagedPolicy.fromManagedPolicyArn(this, 'Boundary', deployment.permissionsBoundaryArn),
      );
    }
    if (onDestroy === 'delete') RemovalPolicies.of(this).destroy();
  }

  /**
   * Lets a role invoke the service functions as this caller: its aliases, and nothing else.
   * `ConfigurationError` when the configuration has no such caller.
   */
  grant(grantee: IGrantable, caller: string): Grant {
    return Object.values(this.#aliasesOf(caller)).reduce(
      (granted, alias) => granted.combine(alias.grantInvoke(grantee)),
      Grant.drop(grantee, `invocation as ${caller}`),
    );
  }

  /**
   * What a service invokes as this caller, for its environment: an ARN, which `Invoke` takes as
   * `FunctionName`, alias included. `ConfigurationError` when the caller may not invoke the function.
   */
  functionArn(name: ServiceFunction, caller: string): string {
    const aliases = this.#aliasesOf(caller);
    const alias = aliases[name];
    if (alias !== undefined) return alias.functionArn;
    throw new ConfigurationError(
      `${this.#callersPlace}.${caller}.functions`,
      `expected "${name}" among them (there are: ${Object.keys(aliases).join(', ')})`,
    );
  }

  #aliasesOf(caller: string): Partial<Record<ServiceFunction, Alias>> {
    const { byCaller } = this.#aliases;
    if (Object.hasOwn(byCaller, caller)) return byCaller[caller]!;
    throw new ConfigurationError(
      this.#callersPlace,
      `"${caller}" is not configured (there are: ${Object.keys(byCaller).join(', ')})`,
    );
  }
}

function requireStackName(stackName: string, place: string): void {
  if (!Token.isUnresolved(stackName) && stackName.length <= LONGEST_STACK_NAME) return;
  throw new ConfigurationError(
    place,
    `expected a stack whose name is known at synth and has at most ${LONGEST_STACK_NAME} characters: functions and roles are named after it`,
  );
}

function requireSecretsFit(ids: string[], prefix: string, place: string): void {
  const arn = (id: string) =>
    `"arn:aws-us-gov:secretsmanager:ap-northeast-1:123456789012:secret:${secretName(id, prefix)}-123456",`;
  if (ids.map(arn).join('').length <= SECRET_ARNS_AT_MOST) return;
  throw new ConfigurationError(
    `${place}.providers`,
    'expected fewer: the names of their secrets do not fit the policy of one role; give the others a stack of their own',
  );
}
