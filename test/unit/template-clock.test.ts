import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { functionOf, onlyResource, synthesize } from '../support/synthesize.ts';

const { template } = synthesize({ providers: ['github'] });

describe('the clock', () => {
  const { Properties } = onlyResource(template, 'AWS::Scheduler::Schedule');
  const target = Properties['Target'] as Record<string, unknown>;
  const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

  test('invokes refresh-due each minute, and no run is made up for', () => {
    assert.equal(Properties['ScheduleExpression'], 'rate(1 minute)');
    assert.deepEqual(target['Arn'], arn(functionOf(template, 'refresh-due').id));
    assert.deepEqual(target['RetryPolicy'], {
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 0,
    });
    const { Properties: asynchronous } = onlyResource(template, 'AWS::Lambda::EventInvokeConfig');
    assert.deepEqual(
      [asynchronous['MaximumEventAgeInSeconds'], asynchronous['MaximumRetryAttempts']],
      [60, 0],
    );
  });

  test('has a role that may invoke it and nothing else, for schedules of this account', () => {
    const id = (target['RoleArn'] as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0]!;
    const { AssumeRolePolicyDocument, Policies } = template.Resources[id]!.Properties as {
      AssumeRolePolicyDocument: { Statement: unknown[] };
      Policies: { PolicyDocument: { Statement: unknown[] } }[];
    };
    assert.deepEqual(
      Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
      [
        {
          Action: 'lambda:InvokeFunction',
          Effect: 'Allow',
          Resource: arn(functionOf(template, 'refresh-due').id),
        },
      ],
    );
    assert.deepEqual(AssumeRolePolicyDocument.Statement, [
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });
});
