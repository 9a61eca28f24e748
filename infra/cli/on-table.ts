import { askAws } from './aws-errors.ts';
import type { Target } from './target.ts';

/** Runs calls to the stack's table, with the operator's own rights. Throws `CommandFailed`. */
export async function onTable<T>(
  target: Target,
  run: (tableName: string) => Promise<T>,
): Promise<T> {
  return askAws(
    target,
    { kind: 'table', functionName: `${target.stackName}-get-token` },
    async () => run(await target.tableName()),
  );
}
