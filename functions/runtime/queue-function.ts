import type { MiddyfiedHandler } from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { describe } from '../../shared/incident.ts';
import type { Ports } from '../../shared/ports.ts';
import type { BackgroundFunction } from '../../shared/routes.ts';
import { backgroundFunction } from './background-function.ts';

export type QueueHandler = MiddyfiedHandler<SQSEvent, SQSBatchResponse>;

/**
 * A queue's function: each message by itself and all at once, one record of each. A message whose
 * handling throws comes again, and in the end is a dead letter.
 */
export function queueFunction(
  name: BackgroundFunction,
  deps: { ports: Pick<Ports, 'now' | 'log'> },
  /** Gives what the record says. `endsAt`: when the function is stopped, in milliseconds since the epoch. */
  handle: (
    message: Record<string, unknown>,
    endsAt: number,
  ) => Promise<{ provider?: string; result: string }>,
): QueueHandler {
  const { log } = deps.ports;
  return backgroundFunction(name, deps, async ({ Records }: SQSEvent, endsAt) => {
    const handled = Records.map(async ({ messageId, body }) => {
      try {
        const outcome = await handle(JSON.parse(body), endsAt);
        log.info(name, { messageId, ...outcome });
        return [];
      } catch (error) {
        log.error(`${name} failed`, { messageId, cause: describe(error) });
        return [{ itemIdentifier: messageId }];
      }
    });
    return { batchItemFailures: (await Promise.all(handled)).flat() };
  });
}
