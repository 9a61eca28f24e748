import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import type { FunctionName } from '../../shared/routes.ts';
import type { DeployedSettings } from './function-settings.ts';
import { permissions } from './permissions.ts';
import { policyStatements, type Resources } from './policy.ts';

export interface CaptureFunctionProps {
  /** The built bundle. */
  folder: string;
  environment: Record<string, string>;
  resources: Resources;
  logRetention: RetentionDays;
  settings: DeployedSettings;
  tracing: boolean;
}

/** Known before the role is made: the policy of the sealing key names it. Roles are not regional, stacks are. */
export const roleName = (scope: IConstruct, name: FunctionName) =>
  `${Stack.of(scope).stackName}-${Stack.of(scope).region}-${name}`;

/** One function with its log group and a role that may do what `permissions` says and nothing else. */
export class CaptureFunction extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, name: FunctionName, props: CaptureFunctionProps) {
    super(scope, name);
    const { description, timeoutSeconds, memoryMegabytes, reservedConcurrency } = props.settings;
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: `${Stack.of(this).stackName}-${name}`,
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.folder),
      memorySize: memoryMegabytes,
      timeout: Duration.seconds(timeoutSeconds),
      ...(reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: reservedConcurrency,
      }),
      ...(props.tracing && { tracing: Tracing.ACTIVE }),
      environment: props.environment,
      role: this.#role(name, logGroup, props.resources),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // Without the start and report of each call that went well; failures and time-outs stay.
      systemLogLevelV2: SystemLogLevel.WARN,
    });
  }

  // A role of its own: the one that CDK would make may write every log group of the account.
  #role(name: FunctionName, logGroup: LogGroup, resources: Resources): Role {
    return new Role(this, 'Role', {
      roleName: roleName(this, name),
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        log: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
        permissions: new PolicyDocument({
          statements: policyStatements(permissions[name], resources),
        }),
      },
    });
  }
}
