import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { clientSettings } from '../aws.ts';
import { describe } from '../incident.ts';
import type { Log } from '../ports.ts';
import { type CaptureEvent, EVENT_SOURCE } from './capture-event.ts';

// What `PutEvents` takes at once.
const ENTRIES_AT_MOST = 10;

export interface EventBus {
  /**
   * Puts events on the bus in their order, up to the first that it does not take, and says how many
   * come before that one. Some after it may be on the bus too: those of other connections.
   */
  put(events: readonly CaptureEvent[]): Promise<number>;
}

export function makeEventBus(
  name: string,
  { log }: { log: Log },
  client = new EventBridgeClient(clientSettings),
): EventBus {
  /** How many of one call the bus took before the first that it did not. */
  async function putOnce(events: readonly CaptureEvent[]): Promise<number> {
    try {
      const { Entries = [] } = await client.send(
        new PutEventsCommand({ Entries: events.map((event) => entryOf(name, event)) }),
      );
      const failed = Entries.findIndex(({ ErrorCode }) => ErrorCode !== undefined);
      if (failed < 0) return events.length;
      log.error('the bus refused an event', { cause: Entries[failed]!.ErrorCode });
      return failed;
    } catch (error) {
      log.error('the bus takes no events', { cause: describe(error) });
      return 0;
    }
  }

  return {
    async put(events) {
      let put = 0;
      for (const call of calls(events)) {
        const taken = await putOnce(call);
        put += taken;
        if (taken < call.length) break;
      }
      return put;
    },
  };
}

/**
 * Events in calls. One call never has two of the same row: the bus may take the second and refuse the
 * first, and the order would be lost.
 */
function calls(events: readonly CaptureEvent[]): CaptureEvent[][] {
  const all: CaptureEvent[][] = [];
  let rows = new Set<string>();
  for (const event of events) {
    const { owner, provider, account } = event.detail;
    const row = JSON.stringify([owner, provider, account]);
    if (all.length === 0 || rows.has(row) || rows.size === ENTRIES_AT_MOST) {
      all.push([]);
      rows = new Set();
    }
    all.at(-1)!.push(event);
    rows.add(row);
  }
  return all;
}

function entryOf(bus: string, { name, detail }: CaptureEvent): PutEventsRequestEntry {
  return {
    EventBusName: bus,
    Source: EVENT_SOURCE,
    DetailType: name,
    Detail: JSON.stringify(detail),
    // An event that is delivered late says when it happened.
    Time: new Date(detail.time),
  };
}
