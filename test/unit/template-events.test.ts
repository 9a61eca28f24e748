import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { functionOf, onlyResource, resourcesOf, synthesize } from '../support/synthesize.ts';

const { template } = synthesize({ providers: ['github'] });

test('the event bus is named after the stack', () => {
  const { Properties } = onlyResource(template, 'AWS::Events::EventBus');
  assert.equal(Properties['Name'], 'TokenCapture');
});

describe('the stream', () => {
  const mappings = Object.values(resourcesOf(template, 'AWS::Lambda::EventSourceMapping'));
  const { FilterCriteria, ...mapping } = mappings.find(
    ({ Properties }) => Properties['FilterCriteria'] !== undefined,
  )!.Properties;

  test('comes to publish-events in order, from its beginning, again until it is taken', () => {
    const { Tags: _, ...settings } = mapping;
    // No MaximumRetryAttempts and no MaximumRecordAgeInSeconds: without limit.
    assert.deepEqual(settings, {
      EventSourceArn: {
        'Fn::GetAtt': [onlyResource(template, 'AWS::DynamoDB::GlobalTable').id, 'StreamArn'],
      },
      FunctionName: { Ref: functionOf(template, 'publish-events').id },
      StartingPosition: 'TRIM_HORIZON',
      ParallelizationFactor: 1,
      BisectBatchOnFunctionError: false,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('of connections and control rows alone', () => {
    const { Filters } = FilterCriteria as { Filters: { Pattern: string }[] };
    assert.deepEqual(
      Filters.map(({ Pattern }) => JSON.parse(Pattern)),
      [
        { dynamodb: { Keys: { sk: { S: [{ prefix: 'CONN#' }] } } } },
        { dynamodb: { Keys: { sk: { S: ['CONTROL'] } } } },
      ],
    );
  });
});
