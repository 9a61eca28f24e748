import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { controlKey, controls } from '../../shared/connections/control-table.ts';
import { conditionFailed } from '../../shared/connections/document-client.ts';
import { rowKey } from '../../shared/connections/keys.ts';
import { onTable } from './on-table.ts';
import { noConnection, type Subject } from './subject.ts';
import type { Target } from './target.ts';

// Written with the operator's own rights, by no function: the switch works while functions fail or are
// out of concurrency, and whoever has broken into one of them can lift no control row.

const NAMES = { '#reason': 'reason', '#by': 'by' };

/** Switches off, and says since when it is, in epoch seconds: the moment of the first time stays. */
export async function disable(
  target: Target,
  subject: Subject,
  reason: string | undefined,
): Promise<number> {
  const after = await update(target, subject, {
    UpdateExpression: `SET disabledAt = if_not_exists(disabledAt, :now), #by = :by${
      reason === undefined ? '' : ', #reason = :reason'
    }`,
    ExpressionAttributeNames: reason === undefined ? { '#by': 'by' } : NAMES,
    ExpressionAttributeValues: {
      ':now': Math.floor(Date.now() / 1_000),
      // A word in the row for people; the one who did it is in CloudTrail.
      ':by': process.env['USER'] ?? process.env['USERNAME'] ?? 'unknown',
      ...(reason !== undefined && { ':reason': reason }),
    },
    ReturnValues: 'UPDATED_NEW',
  });
  return after!['disabledAt'] as number;
}

/** Switches on again; whether it was off. */
export async function enable(target: Target, subject: Subject): Promise<boolean> {
  if (subject.kind === 'connection') {
    const before = await update(target, subject, {
      UpdateExpression: 'REMOVE disabledAt, #reason, #by',
      ExpressionAttributeNames: NAMES,
      ReturnValues: 'UPDATED_OLD',
    });
    return before?.['disabledAt'] !== undefined;
  }
  const { Attributes } = await onTable(target, (TableName) =>
    target.table.send(
      new DeleteCommand({ TableName, Key: keyOf(subject), ReturnValues: 'ALL_OLD' }),
    ),
  );
  return Attributes !== undefined;
}

function keyOf(subject: Subject): { pk: string; sk: string } {
  switch (subject.kind) {
    case 'all':
      return controlKey(controls.all);
    case 'owner':
      return controlKey(controls.owner(subject.owner));
    case 'provider':
      return controlKey(controls.provider(subject.provider));
    case 'connection':
      return rowKey(subject);
  }
}

async function update(
  target: Target,
  subject: Subject,
  change: Omit<ConstructorParameters<typeof UpdateCommand>[0], 'TableName' | 'Key'>,
): Promise<Record<string, unknown> | undefined> {
  return onTable(target, async (TableName) => {
    if (subject.kind !== 'connection') {
      const command = new UpdateCommand({ TableName, Key: keyOf(subject), ...change });
      return (await target.table.send(command)).Attributes;
    }
    try {
      const command = new UpdateCommand({
        ...{ TableName, Key: keyOf(subject), ...change },
        ConditionExpression: 'attribute_exists(pk)',
      });
      return (await target.table.send(command)).Attributes;
    } catch (error) {
      throw conditionFailed(error) ? noConnection(subject.provider) : error;
    }
  });
}
