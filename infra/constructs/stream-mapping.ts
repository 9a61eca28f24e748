import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { tableDefinition } from '../../shared/connections/table-definition.ts';

const { connectionPrefix, control } = tableDefinition.sortKeys;

const withSortKey = (sk: unknown) =>
  FilterCriteria.filter({ dynamodb: { Keys: { sk: { S: sk } } } });

/**
 * Connections and control rows: sessions and the providers' health never invoke. A filter cannot compare
 * two images, so what a refresh writes comes through, in batches, and makes no event.
 */
const FILTERS = [
  withSortKey(FilterRule.beginsWith(connectionPrefix)),
  withSortKey(FilterRule.isEqual(control)),
];

/**
 * Invokes a function with the table's stream, in order. What it does not take comes again, for the 24
 * hours that the stream keeps it: no limit of tries or age, and no batch cut in two, which would be
 * taken as two.
 */
export function followStream(scope: Construct, table: ITableV2, target: IFunction): void {
  new EventSourceMapping(scope, 'Stream', {
    target,
    eventSourceArn: table.tableStreamArn!,
    // From `LATEST` what happens while the mapping is being made would be missed.
    startingPosition: StartingPosition.TRIM_HORIZON,
    parallelizationFactor: 1,
    bisectBatchOnError: false,
    reportBatchItemFailures: true,
    filters: FILTERS,
  });
}
