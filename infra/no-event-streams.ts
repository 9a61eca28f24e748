/**
 * Stands in for the SDK's `@smithy/core/event-streams` in the bundles, where it is 15 KB: no operation
 * that the functions call answers with a stream of events.
 */
export class EventStreamSerde {
  constructor() {
    throw new Error('event streams are left out of the bundles (infra/bundle.ts)');
  }
}

export const eventStreamSerdeProvider = undefined;
