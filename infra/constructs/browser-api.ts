import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpStage,
  IpAddressType,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type BrowserFunction, browserFunctions, routes } from '../../shared/routes.ts';
import type { Throttle } from '../deployment.ts';
import { BrowserDomain, type Domain } from './browser-domain.ts';

export interface BrowserApiProps {
  domain: Domain | undefined;
  throttles: Record<BrowserFunction, Throttle>;
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
  /** Where the record of a domain of one's own leads; `undefined` without one, or where it is made here. */
  readonly domainTarget: string | undefined;
  readonly #stage: HttpStage;
  readonly #throttles: Record<BrowserFunction, Throttle>;

  constructor(scope: Construct, id: string, { domain, throttles, logRetention }: BrowserApiProps) {
    super(scope, id);
    this.#throttles = throttles;
    const ownDomain = domain && new BrowserDomain(this, 'Domain', domain).domain;
    this.httpApi = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      ipAddressType: IpAddressType.DUAL_STACK,
      // One origin: a cookie of the one host would not be sent to the other.
      disableExecuteApiEndpoint: domain !== undefined,
    });
    this.baseUrl = domain ? `https://${domain.domainName}` : this.httpApi.apiEndpoint;
    this.domainTarget = domain?.hostedZone ? undefined : ownDomain?.regionalDomainName;
    const log = new LogGroup(this, 'AccessLog', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.#stage = new HttpStage(this, 'Stage', {
      httpApi: this.httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle: throttles['connect-page'],
      ...(ownDomain && { domainMapping: { domainName: ownDomain } }),
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }

  /** Adds the routes, once the functions are there. */
  connect(functions: Record<BrowserFunction, IFunction>): void {
    const limits: Record<string, { ThrottlingRateLimit: number; ThrottlingBurstLimit: number }> =
      {};
    for (const name of browserFunctions) {
      const integration = new HttpLambdaIntegration(name, functions[name]);
      const { rateLimit, burstLimit } = this.#throttles[name];
      for (const route of routes) {
        if (route.functionName !== name) continue;
        const { path, method } = route;
        const made = this.httpApi.addRoutes({ path, methods: [HttpMethod[method]], integration });
        // The stage names the routes, and is refused while they are not there.
        this.#stage.node.addDependency(...made);
        limits[`${method} ${path}`] = {
          ThrottlingRateLimit: rateLimit,
          ThrottlingBurstLimit: burstLimit,
        };
      }
    }
    (this.#stage.node.defaultChild as CfnStage).routeSettings = limits;
  }
}
