import type { Scale } from './scale.ts';

/** List prices of us-east-1 in US dollars, as published in June 2026. */
const PRICES = {
  /** A million request units of a table on demand, and a gigabyte a month. */
  write: 0.625,
  read: 0.125,
  storedGigabyte: 0.25,
  recoveryGigabyte: 0.2,
  kmsMillion: 3,
  kmsKey: 1,
  /** A million invocations, and a million gigabyte-seconds of arm64. */
  invocations: 0.2,
  gigabyteSeconds: 13.3334,
  sqs: 0.4,
  events: 1,
  logGigabyte: 0.5,
};

const DAYS = 30;
// A row with sealed tokens and profile: two request units to write it, one to read it.
const ROW_KILOBYTES = 2;
const ROW_WRITE = 2;
// A changed `dueAt` takes the old key out of the index and puts the new one in.
const DUE_WRITE = ROW_WRITE + 2;
const MEMORY_GIGABYTES = 0.5;
const RECORD_GIGABYTES = 0.4e-6;
// Refreshes run ten at a time in one invocation, which waits a second for the slowest provider.
const BATCH = 10;
const BATCH_SECONDS = 1;
const SWEEP_SECONDS = 2;
const CALL_SECONDS = 0.015;
const SHARDS = 16;
const EMPTY_QUERY = 0.5;
const MINUTES = 24 * 60;

/** US dollars a month for ten million connections, by service; the calls of `get-token` are not in it. */
export function monthly(scales: Record<string, Scale>): Record<string, number> {
  const all = Object.values(scales);
  const millions = (pick: (scale: Scale) => number) =>
    (all.reduce((total, scale) => total + pick(scale), 0) * DAYS) / 1e6;
  const connections = all.reduce((total, scale) => total + scale.connections, 0);
  const bySweep = millions(({ bySweep }) => bySweep);
  const notices = millions(({ notices }) => notices);
  const refreshes = bySweep + millions(({ byCaller }) => byCaller);
  const scheduled = millions(({ scheduled }) => scheduled);
  const queued = bySweep + notices;
  const minutes = (MINUTES * DAYS) / 1e6;
  // A claim, a notice and a schedule change `dueAt`; a refresh takes the lease and gives it back with the save.
  const writes = (queued + notices + scheduled) * DUE_WRITE + refreshes * (ROW_WRITE + DUE_WRITE);
  const reads = queued + all.length * SHARDS * minutes * EMPTY_QUERY;
  return {
    'DynamoDB, rows and their recovery':
      ((connections * ROW_KILOBYTES) / 1e6) * (PRICES.storedGigabyte + PRICES.recoveryGigabyte),
    'DynamoDB, requests': writes * PRICES.write + reads * PRICES.read,
    KMS: PRICES.kmsKey + (refreshes * 2 + notices) * PRICES.kmsMillion,
    Lambda: [(queued / BATCH) * BATCH_SECONDS, minutes * SWEEP_SECONDS].reduce(
      (sum, seconds) => sum + seconds * MEMORY_GIGABYTES * PRICES.gigabyteSeconds,
      (queued / BATCH + minutes) * PRICES.invocations,
    ),
    // Sent, received and deleted in batches.
    SQS: (queued / BATCH) * 3 * PRICES.sqs,
    // The first 14 million a month are free.
    Scheduler: 0,
    EventBridge: notices * PRICES.events,
    'CloudWatch Logs': queued * 1e6 * RECORD_GIGABYTES * PRICES.logGigabyte,
  };
}

/** US dollars for a million calls of `get-token` that each ask KMS so many times. */
export function millionCalls(keyCalls: number): number {
  return (
    PRICES.read +
    keyCalls * PRICES.kmsMillion +
    PRICES.invocations +
    CALL_SECONDS * MEMORY_GIGABYTES * PRICES.gigabyteSeconds +
    1e6 * RECORD_GIGABYTES * PRICES.logGigabyte
  );
}
