import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { functionSettings } from '../../infra/constructs/function-settings.ts';
import { queueDefinitions } from '../../shared/queues/queue-definition.ts';
import { functionOf, resourcesOf, synthesize } from '../support/synthesize.ts';

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

  test('spooled pairs go to refresh-connection, which reports each that it did not merge', () => {
    const mappings = Object.values(resourcesOf(template, 'AWS::Lambda::EventSourceMapping'));
    const { Properties } = mappings.find(({ Properties }) =>
      isDeepStrictEqual(Properties['EventSourceArn'], arnOf('SpoolQueue')),
    )!;
    assert.deepEqual(Properties['FunctionName'], {
      Ref: functionOf(template, 'refresh-connection').id,
    });
    assert.deepEqual(Properties['FunctionResponseTypes'], ['ReportBatchItemFailures']);
    assert.deepEqual(Properties['ScalingConfig'], {
      MaximumConcurrency: queueDefinitions.spool.concurrency,
    });
  });
});
