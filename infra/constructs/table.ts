import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type ITableV2,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { tableDefinition } from '../../shared/connections/table-definition.ts';
import type { Existing } from './existing.ts';

/** The one table. Whatever becomes of the stack, its tokens stay, unless it is made unprotected. */
export function makeTable(
  scope: Construct,
  { existing, isProtected }: { existing: Existing; isProtected: boolean },
): ITableV2 {
  if (existing.table !== undefined) {
    return TableV2.fromTableAttributes(scope, 'Table', {
      tableName: existing.table,
      tableStreamArn: existing.stream,
    });
  }
  const { partitionKey, sortKey, timeToLiveAttribute, dueIndex } = tableDefinition;
  return new TableV2(scope, 'Table', {
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.STRING },
    globalSecondaryIndexes: [
      {
        indexName: dueIndex.name,
        partitionKey: { name: dueIndex.partitionKey, type: AttributeType.STRING },
        sortKey: { name: dueIndex.sortKey, type: AttributeType.NUMBER },
        projectionType: ProjectionType.KEYS_ONLY,
      },
    ],
    billing: Billing.onDemand(),
    timeToLiveAttribute,
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: isProtected,
    // Its rows are sealed already: a customer key here would give every function rights on it.
    encryption: TableEncryptionV2.dynamoOwnedKey(),
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
