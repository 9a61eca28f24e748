import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type FunctionName, functionNames, serviceFunctions } from '../../shared/routes.ts';
import { permissions } from './permissions.ts';

export interface AlarmsProps {
  functions: Readonly<Record<FunctionName, LambdaFunction>>;
  deadLetters: IQueue;
  /** Who is told; left out: the alarms show in the console alone. */
  topicArn: string | undefined;
  /** Tokens that one caller may read in five minutes. */
  readsPerCaller: number;
  /** See `Emulated`. */
  emulated: boolean;
}

const PERIOD = Duration.minutes(5);
// The stream keeps its records for a day.
const BEHIND = Duration.minutes(15);
// Who reloads a page that has done its work is refused too.
const BROWSERS_REFUSED = 20;

// Lambda's JSON puts what a function logs below `message`.
const READ = '{ ($.message.action = "token_read") && ($.message.result = "ok") }';
const FIRST_USE = '{ $.message.action = "first_use" }';
const CALLER_REFUSED =
  '{ ($.message.audit = 1) && (($.message.result = "denied") || ($.message.result = "rate_limited")) }';
const BROWSER_REFUSED = '{ ($.message.audit = 1) && ($.message.result = "refused") }';
const FAILED_OPEN = '{ $.message.cause = "SealBroken*" }';

/** What an operator has to look at: docs/audit.md says what each alarm means. */
export class Alarms extends Construct {
  readonly #props: AlarmsProps;
  readonly #namespace: string;
  readonly #action: SnsAction | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.#namespace = `oauth2-token-capture/${Stack.of(this).stackName}`;
    this.#action =
      props.topicArn === undefined
        ? undefined
        : new SnsAction(Topic.fromTopicArn(this, 'Topic', props.topicArn));
    const { functions, deadLetters, readsPerCaller, emulated } = props;
    const openers = functionNames.filter((name) => permissions[name].key !== undefined);

    this.#alarm(
      'callers-refused',
      this.#counted('CallersRefused', CALLER_REFUSED, serviceFunctions),
      1,
    );
    this.#alarm(
      'browsers-refused',
      this.#counted('BrowsersRefused', BROWSER_REFUSED, ['callback']),
      BROWSERS_REFUSED,
    );
    this.#alarm('first-use', this.#counted('FirstUses', FIRST_USE, ['get-token']), 1);
    this.#alarm('failed-opens', this.#counted('FailedOpens', FAILED_OPEN, openers), 1);
    this.#filter('TokenReads', READ, 'get-token', { Caller: '$.message.caller' });
    if (!emulated) this.#alarm('reads-per-caller', this.#readsByCaller(), readsPerCaller);
    const waiting = { statistic: Stats.MAXIMUM, period: PERIOD };
    this.#alarm('dead-letters', deadLetters.metricApproximateNumberOfMessagesVisible(waiting), 1);
    const age = functions['publish-events'].metric('IteratorAge', waiting);
    this.#alarm('events-behind', age, BEHIND.toMilliseconds());
  }

  /** The metric that a pattern in the logs of some functions counts. */
  #counted(metricName: string, pattern: string, names: readonly FunctionName[]): Metric {
    for (const name of names) this.#filter(metricName, pattern, name);
    const namespace = this.#namespace;
    return new Metric({ namespace, metricName, statistic: Stats.SUM, period: PERIOD });
  }

  #filter(
    metricName: string,
    pattern: string,
    name: FunctionName,
    dimensions?: Record<string, string>,
  ): void {
    new MetricFilter(this, `${metricName}-${name}`, {
      logGroup: this.#props.functions[name].logGroup,
      filterPattern: { logPatternString: pattern },
      metricNamespace: this.#namespace,
      metricName,
      metricValue: '1',
      ...(dimensions && { dimensions }),
    });
  }

  /** A time series for each caller: the alarm goes off for any of them. */
  #readsByCaller(): IMetric {
    return new MathExpression({
      expression: `SELECT SUM(TokenReads) FROM SCHEMA("${this.#namespace}", Caller) GROUP BY Caller`,
      period: PERIOD,
    });
  }

  /** Goes off where a metric reaches a threshold in five minutes. */
  #alarm(name: string, metric: IMetric, threshold: number): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `docs/audit.md, "Alarms": ${name}`,
      metric,
      threshold,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.#action !== undefined) alarm.addAlarmAction(this.#action);
  }
}
