import { setTimeout as pause } from 'node:timers/promises';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { failedItems, type Invoke } from './background-invocation.ts';
import type { TableStream } from './table-stream.ts';

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 30_000;

/**
 * Hands a stream's records to a function in order, one batch at a time, as Lambda's event source
 * mapping does: from the first record that it did not take on, they come again, after a pause that
 * grows until one is taken. The returned function ends it after what is under way.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function startStreamMapping(
  stream: TableStream,
  batchSize: number,
  invoke: Invoke,
): () => Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;

  const deliverBatch = async () => {
    const event: DynamoDBStreamEvent = { Records: stream.records().slice(0, batchSize) };
    const numbers = event.Records.map((record) => record.dynamodb!.SequenceNumber!);
    const failed = failedItems(await invoke(event), numbers);
    const first = numbers.findIndex((number) => failed.has(number));
    const taken = first < 0 ? numbers.length : first;
    if (taken > 0) stream.take(taken);
    return { taken, left: numbers.length - taken };
  };
  let busy = false;
  const deliverAll = async () => {
    busy = true;
    try {
      for (let wait = FIRST_PAUSE; !signal.aborted && stream.records().length > 0; ) {
        const { taken, left } = await deliverBatch();
        if (taken > 0) wait = FIRST_PAUSE;
        if (left === 0) continue;
        await pause(wait, undefined, { signal }).catch(() => undefined);
        wait = Math.min(wait * 2, LONGEST_PAUSE);
      }
    } finally {
      // In the step that found nothing left: no record can arrive unseen between the two.
      busy = false;
    }
  };
  let running: Promise<void> | undefined;
  const wake = () => {
    if (!busy) running = deliverAll().catch((error) => console.error(error));
  };
  const stopListening = stream.onRecord(wake);
  wake();
  return async () => {
    stopListening();
    ending.abort();
    await running;
  };
}
