import type { MiddyfiedHandler } from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { audit } from '../../shared/audit.ts';
import { type EventBus, makeEventBus } from '../../shared/events/event-bus.ts';
import { eventsOf } from '../../shared/events/events-of.ts';
import { rowChange } from '../../shared/events/row-change.ts';
import { consoleLog, type Ports, systemPorts } from '../../shared/ports.ts';
import { backgroundFunction } from '../runtime/background-function.ts';
import { environment } from '../runtime/environment.ts';

export interface PublishEventsDeps {
  bus: EventBus;
  ports: Pick<Ports, 'now' | 'log'>;
}

/** Puts on the bus what the table's stream says has happened to connections. */
export function makePublishEvents(
  deps: PublishEventsDeps,
): MiddyfiedHandler<DynamoDBStreamEvent, DynamoDBBatchResponse> {
  return backgroundFunction('publish-events', deps, async ({ Records }: DynamoDBStreamEvent) => {
    const events = Records.map(rowChange).flatMap((change) =>
      eventsOf(change).map((event) => ({ ...event, record: change.sequenceNumber })),
    );
    const put = await deps.bus.put(events);
    for (const { name, detail } of events.slice(0, put)) {
      const { id, owner, provider, account, scope } = detail;
      deps.ports.log.info('publish-events', { event: name, id, ...(provider && { provider }) });
      if (scope !== undefined) {
        const concerned = { scope, ...(owner && { owner }), ...(account && { account }) };
        audit(deps.ports.log, {
          action: 'switch',
          result: name,
          ...concerned,
          ...(provider && { provider }),
        });
      }
    }
    const refused = events[put];
    // The stream comes again from this record on: what follows it has to wait, for the order's sake.
    return {
      batchItemFailures: refused === undefined ? [] : [{ itemIdentifier: refused.record }],
    };
  });
}

// Not those of production.ts: the DynamoDB client would come with them.
const ports = { ...systemPorts, log: consoleLog };

export const handler = makePublishEvents({
  bus: makeEventBus(environment('EVENT_BUS_NAME'), ports),
  ports,
});
