import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { functionSettings } from '../../infra/constructs/function-settings.ts';
import { queueDefinitions } from '../../shared/queues/queue-definition.ts';
import { functionOf, resourcesOf, synthesize, type Template } from '../support/synthesize.ts';

const { template } = synthesize({ providers: ['github'] });

describe('queues', () => {
  const queues = Object.entries(resourcesOf(template, 'AWS::SQS::Queue'));
  const named = (part: string) => queues.find(([id]) => id.includes(part))!;
  const arnOf = (part: string) => ({ 'Fn::GetAtt': [named(part)[0], 'Arn'] });

  test('encrypted, kept for as long as SQS keeps anything, over TLS alone', () => {
    assert.equal(queues.length, 3);
    for (const [, { Properties }] of queues) {
      assert.equal(Properties['SqsManagedSseEnabled'], true);
      assert.equal(Properties['MessageRetentionPeriod'], 14 * 24 * 60 * 60);
    }
    const policies = Object.values(resourcesOf(template, 'AWS::SQS::QueuePolicy'));
    assert.equal(policies.length, 3);
    for (const { Properties } of policies) {
      const text = JSON.stringify(Properties['PolicyDocument']);
      assert.match(text, /"Effect":"Deny"/);
      assert.match(text, /"aws:SecureTransport":"false"/);
    }
  });

  for (const [name, { visibilitySeconds, receivesAtMost }] of Object.entries(queueDefinitions)) {
    test(`${name}: its visibility, and where its messages go that nobody could handle`, () => {
      const [, { Properties }] = named(name === 'spool' ? 'SpoolQueue' : 'RefreshQueue');
      assert.equal(Properties['VisibilityTimeout'], visibilitySeconds);
      assert.deepEqual(Properties['RedrivePolicy'], {
        deadLetterTargetArn: arnOf('DeadLetters'),
        maxReceiveCount: receivesAtMost,
      });
      // AWS refuses a function that may run for longer than a message is hidden.
      assert.ok(visibilitySeconds > functionSettings['refresh-connection'].timeoutSeconds);
    });
  }

  const mappingOf = ({ Resources }: Template, source: unknown) =>
    Object.values(Resources).find(
      ({ Type, Properties }) =>
        Type === 'AWS::Lambda::EventSourceMapping' &&
        isDeepStrictEqual(Properties['EventSourceArn'], source),
    )!.Properties;

  for (const [name, part] of [
    ['refresh', 'RefreshQueue'],
    ['spool', 'SpoolQueue'],
  ] as const) {
    test(`${name}: goes to refresh-connection, which reports each that failed`, () => {
      const mapping = mappingOf(template, arnOf(part));
      assert.deepEqual(mapping['FunctionName'], {
        Ref: functionOf(template, 'refresh-connection').id,
      });
      assert.deepEqual(mapping['FunctionResponseTypes'], ['ReportBatchItemFailures']);
      assert.deepEqual(mapping['ScalingConfig'], {
        MaximumConcurrency: queueDefinitions[name].concurrency,
      });
    });
  }

  test('how many refreshes run at a time is a setting', () => {
    const { template } = synthesize({ providers: ['github'], refreshConcurrency: 40 });
    assert.deepEqual(mappingOf(template, arnOf('RefreshQueue'))['ScalingConfig'], {
      MaximumConcurrency: 40,
    });
  });

  test('the operator finds them by the name of the stack', () => {
    assert.deepEqual(queues.map(([, { Properties }]) => Properties['QueueName']).sort(), [
      'TokenCapture-dead-letters',
      'TokenCapture-refresh',
      'TokenCapture-spool',
    ]);
  });
});
