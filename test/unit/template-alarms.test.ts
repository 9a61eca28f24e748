import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AuditRecord, audit } from '../../shared/audit.ts';
import { SealBroken } from '../../shared/errors.ts';
import { describe as cause } from '../../shared/incident.ts';
import { consoleLog } from '../../shared/ports.ts';
import { functionOf, type Resource, resourcesOf, synthesize } from '../support/synthesize.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:security';
const { template } = synthesize({ providers: ['github'], alarmTopicArn: TOPIC });
const alarms = Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm'));
const filters = Object.values(resourcesOf(template, 'AWS::Logs::MetricFilter'));

interface Transformation {
  MetricName: string;
  MetricNamespace: string;
  Dimensions?: unknown;
}
const transformationOf = ({ Properties }: Resource) =>
  (Properties['MetricTransformations'] as Transformation[])[0]!;

const alarm = (name: string) =>
  alarms.find(({ Properties }) => Properties['AlarmName'] === `TokenCapture-${name}`)!.Properties;

/** A record as it stands in the log: what a function writes, under `message` of Lambda's JSON. */
function logged(record: AuditRecord): { message: Record<string, unknown> } {
  const lines: { message: Record<string, unknown> }[] = [];
  const { info } = console;
  console.info = (message) => void lines.push({ message });
  audit(consoleLog, record);
  console.info = info;
  return lines[0]!;
}

/** Whether a pattern of the form that our filters have matches a line. */
function matches(pattern: string, line: { message: Record<string, unknown> }): boolean {
  const expression = pattern
    .slice(1, -1)
    .replaceAll(/\$\.message\.(\w+) = ("[^"]*"|\d+)/g, (_, name, text) => {
      const wanted = JSON.parse(text);
      const value = line.message[name];
      const same =
        typeof wanted === 'string' && wanted.endsWith('*')
          ? String(value ?? '').startsWith(wanted.slice(0, -1))
          : value === wanted;
      return String(same);
    });
  assert.match(expression, /^(true|false|[()&| ])+$/, pattern);
  return new Function(`return ${expression}`)();
}

/** What a line of a function's log counts for. */
function counted(functionName: string, record: AuditRecord): string[] {
  const { LogGroup } = functionOf(template, functionName).Properties['LoggingConfig'] as {
    LogGroup: unknown;
  };
  return filters
    .filter(({ Properties }) => {
      const own = JSON.stringify(Properties['LogGroupName']) === JSON.stringify(LogGroup);
      return own && matches(Properties['FilterPattern'] as string, logged(record));
    })
    .map((filter) => transformationOf(filter).MetricName);
}

describe('alarms', () => {
  test('a read counts for its caller, a refusal and a first use for all', () => {
    const read = { action: 'token_read', caller: 'billing' } as const;
    assert.deepEqual(counted('get-token', { ...read, result: 'ok' }), ['TokenReads']);
    assert.deepEqual(counted('get-token', { ...read, result: 'denied' }), ['CallersRefused']);
    assert.deepEqual(counted('get-token', { ...read, result: 'rate_limited' }), ['CallersRefused']);
    assert.deepEqual(counted('get-token', { ...read, result: 'not_connected' }), []);
    assert.deepEqual(counted('get-token', { action: 'first_use', result: 'ok' }), ['FirstUses']);
    assert.deepEqual(counted('disconnect', { action: 'disconnect', result: 'denied' }), [
      'CallersRefused',
    ]);
    // A person who says no at the provider is no refusal of ours.
    assert.deepEqual(counted('callback', { action: 'connect', result: 'denied' }), []);
    assert.deepEqual(counted('callback', { action: 'connect', result: 'refused' }), [
      'BrowsersRefused',
    ]);
  });

  test('row 38: a value that does not open where it stands counts, whoever opens it', () => {
    const broken = { action: 'token_read', result: 'error', cause: cause(new SealBroken('x')) };
    for (const name of [
      'connect-page',
      'callback',
      'get-token',
      'list-connections',
      'disconnect',
      'refresh-connection',
    ]) {
      assert.deepEqual(counted(name, broken as AuditRecord), ['FailedOpens'], name);
    }
  });

  test('each goes off at its threshold, and tells the topic', () => {
    const metricOf = (name: string) => alarm(name)['MetricName'];
    assert.deepEqual(
      ['callers-refused', 'browsers-refused', 'first-use', 'failed-opens'].map(metricOf),
      ['CallersRefused', 'BrowsersRefused', 'FirstUses', 'FailedOpens'],
    );
    assert.equal(metricOf('dead-letters'), 'ApproximateNumberOfMessagesVisible');
    assert.equal(metricOf('events-behind'), 'IteratorAge');
    assert.equal(alarm('events-behind')['Threshold'], 900_000);
    assert.equal(alarm('reads-per-caller')['Threshold'], 3_000);
    const [{ Expression }] = alarm('reads-per-caller')['Metrics'] as [{ Expression: string }];
    assert.equal(
      Expression,
      'SELECT SUM(TokenReads) FROM SCHEMA("oauth2-token-capture/TokenCapture", Caller) GROUP BY Caller',
    );
    assert.equal(alarms.length, 7);
    for (const { Properties } of alarms) {
      assert.deepEqual(Properties['AlarmActions'], [TOPIC]);
      assert.equal(Properties['TreatMissingData'], 'notBreaching');
      assert.equal(Properties['ComparisonOperator'], 'GreaterThanOrEqualToThreshold');
    }
  });

  test('row 54: a metric is known by its caller, and by nothing of a person', () => {
    for (const filter of filters) {
      const { Dimensions, MetricName, MetricNamespace } = transformationOf(filter);
      assert.equal(MetricNamespace, 'oauth2-token-capture/TokenCapture');
      const dimensions =
        MetricName === 'TokenReads' ? [{ Key: 'Caller', Value: '$.message.caller' }] : undefined;
      assert.deepEqual(Dimensions, dimensions);
    }
  });

  test('without a topic they are there all the same, with a threshold of your own', () => {
    const own = synthesize({ providers: ['github'], alarmReadsPerCaller: 7 }).template;
    const without = Object.values(resourcesOf(own, 'AWS::CloudWatch::Alarm'));
    assert.equal(without.length, alarms.length);
    assert.ok(without.every(({ Properties }) => Properties['AlarmActions'] === undefined));
    assert.ok(without.some(({ Properties }) => Properties['Threshold'] === 7));
  });
});
