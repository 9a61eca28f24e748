import { invokeFunction, type LocalFunction } from './lambda-functions.ts';

/** Hands an event to a function: what it answered, or undefined when it failed, which is logged. */
export type Invoke = (event: unknown) => Promise<{ answer: unknown } | undefined>;

export function backgroundInvoke(invoked: LocalFunction, functionName: string): Invoke {
  return async (event) => {
    const result = await invokeFunction(invoked, { functionName, qualifier: undefined, event });
    if (result.ok) return { answer: JSON.parse(result.payload) };
    console.error({ message: 'function error', functionName, ...result.error });
    return undefined;
  };
}

/**
 * The identifiers that the function did not take: those in its `batchItemFailures`, and all of them
 * when it failed or named one that is none of the batch.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedItems(
  result: Awaited<ReturnType<Invoke>>,
  batch: readonly string[],
): ReadonlySet<string> {
  if (!result) return new Set(batch);
  const { batchItemFailures } = (result.answer ?? {}) as { batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) return new Set();
  if (!Array.isArray(batchItemFailures)) return new Set(batch);
  const named = batchItemFailures.map((failure) => String(failure?.itemIdentifier));
  return new Set(named.every((id) => batch.includes(id)) ? named : batch);
}
