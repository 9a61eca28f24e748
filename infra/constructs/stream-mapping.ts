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

const ofConnections = (images: object = {}) =>
  FilterCriteria.filter({
    dynamodb: { Keys: { sk: { S: FilterRule.beginsWith(connectionPrefix) } }, ...images },
  });

/**
 * What is read at all: writes of connections and control rows. Of those that leave a lease on the row,
 * as the beginning of a refresh does, only what could be an event all the same. A filter sees an image
 * and cannot compare two, so that the save of a refresh comes through.
 */
const FILTERS = [
  // A filter tells by a value whether something is there: a lease is there when its holder is.
  ofConnections({ NewImage: { lease: { M: { holder: { S: FilterRule.notExists() } } } } }),
  ofConnections({ NewImage: { disabledAt: { N: FilterRule.exists() } } }),
  ofConnections({ OldImage: { disabledAt: { N: FilterRule.exists() } } }),
  ofConnections({ NewImage: { consentNotice: { N: FilterRule.exists() } } }),
  FilterCriteria.filter({ dynamodb: { Keys: { sk: { S: FilterRule.isEqual(control) } } } }),
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
