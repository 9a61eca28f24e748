import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type BrowserFunction, browserFunctions, routes } from '../../shared/routes.ts';

export interface BrowserApiProps {
  throttle: ThrottleSettings;
  logRetention: RetentionDays;
}

// The query holds session tokens and authorization codes: no field of the log may show it.
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  routeKey: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  integrationStatus: '$context.integrationStatus',
  integrationError: '$context.integrationErrorMessage',
};

/** The HTTP API through which browsers come in. */
export class BrowserApi extends Construct {
  readonly httpApi: HttpApi;
  /** `https://host`, without a slash at its end. */
  readonly baseUrl: string;

  constructor(scope: Construct, id: string, { throttle, logRetention }: BrowserApiProps) {
    super(scope, id);
    this.httpApi = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
    });
    this.baseUrl = this.httpApi.apiEndpoint;
    const log = new LogGroup(this, 'AccessLog', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }

  /** Adds the routes, once the functions are there. */
  connect(functions: Record<BrowserFunction, IFunction>): void {
    for (const name of browserFunctions) {
      const integration = new HttpLambdaIntegration(name, functions[name]);
      for (const route of routes) {
        if (route.functionName !== name) continue;
        this.httpApi.addRoutes({
          path: route.path,
          methods: [HttpMethod[route.method]],
          integration,
        });
      }
    }
  }
}
