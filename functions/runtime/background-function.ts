import middy, { type MiddyfiedHandler } from '@middy/core';
import type { Context } from 'aws-lambda';
import { describe } from '../../shared/incident.ts';
import type { Ports } from '../../shared/ports.ts';
import type { BackgroundFunction } from '../../shared/routes.ts';

/** The middy stack of what a clock, a queue or the stream invokes. What throws is tried again by it. */
export function backgroundFunction<Event, Answer>(
  name: BackgroundFunction,
  { ports }: { ports: Pick<Ports, 'now' | 'log'> },
  /** `endsAt`: when the function is stopped, in milliseconds since the epoch. */
  handle: (event: Event, endsAt: number) => Promise<Answer>,
): MiddyfiedHandler<Event, Answer> {
  return middy<Event, Answer>()
    .use({
      onError: ({ error, context }) => {
        ports.log.error(`${name} failed`, {
          requestId: context.awsRequestId,
          cause: describe(error),
        });
      },
    })
    .handler((event: Event, context: Context) =>
      handle(event, ports.now() + context.getRemainingTimeInMillis()),
    );
}
