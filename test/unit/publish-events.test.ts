import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EventBridgeClient, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import type { EventDetail } from '../../shared/events/capture-event.ts';
import { makeEventBus } from '../../shared/events/event-bus.ts';
import { streamRecord } from '../support/stream-record.ts';

process.env['EVENT_BUS_NAME'] = 'bus';
const { makePublishEvents } = await import('../../functions/background/publish-events.ts');

/** What becomes of a call, or of each of its entries. */
type Fate = 'taken' | 'down' | ('taken' | 'ThrottlingException')[];

/** A bus that takes what it is told to. */
function bus(fate: (entries: number) => Fate) {
  const taken: EventDetail[] = [];
  const calls: NonNullable<PutEventsCommandInput['Entries']>[] = [];
  const client = new EventBridgeClient({ region: 'eu-west-1' });
  client.send = (async ({ input: { Entries = [] } }: { input: PutEventsCommandInput }) => {
    calls.push(Entries);
    const becomes = fate(Entries.length);
    if (becomes === 'down') throw new Error('no answer');
    const fates = becomes === 'taken' ? Entries.map(() => becomes) : becomes;
    Entries.forEach((entry, index) => {
      if (fates[index] === 'taken') taken.push(JSON.parse(entry.Detail!));
    });
    return {
      FailedEntryCount: fates.filter((one) => one !== 'taken').length,
      Entries: fates.map((one) => (one === 'taken' ? { EventId: 'e' } : { ErrorCode: one })),
    };
  }) as never;
  const lines: unknown[] = [];
  const line = (...parts: unknown[]) => void lines.push(parts);
  const log = { info: line, warn: line, error: line };
  const handler = makePublishEvents({
    bus: makeEventBus('bus', { log }, client),
    ports: { now: Date.now, log },
  });
  const publish = async (Records: DynamoDBRecord[]) => {
    const context = { getRemainingTimeInMillis: () => 29_000 } as Context;
    const answer = (await handler({ Records }, context)) as DynamoDBBatchResponse;
    return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { publish, taken, calls, lines };
}

/** A record of each row, in turn: its grant ends, and works again. */
function history(rows: number[]): DynamoDBRecord[] {
  const status = new Map<number, string>();
  return rows.map((row, index) => {
    const account = `account-${row}`;
    const before = status.get(row);
    const after = before === 'connected' ? 'needs_reauth' : 'connected';
    status.set(row, after);
    const image = (status: string) => ({
      owner: 'ada',
      provider: 'demo',
      account,
      grantId: 'g',
      status,
    });
    const key = { pk: 'OWNER#ada', sk: `CONN#demo#${account}` };
    return streamRecord(index, key, before === undefined ? undefined : image(before), image(after));
  });
}

const numberOf = (record: DynamoDBRecord) => record.dynamodb!.SequenceNumber!;

describe('publish-events', () => {
  test('puts an entry for each event, ten at most at once, with the time of the change', async () => {
    const { publish, calls } = bus(() => 'taken');
    assert.deepEqual(await publish(history(Array.from({ length: 12 }, (_, row) => row))), []);
    assert.deepEqual(
      calls.map((entries) => entries.length),
      [10, 2],
    );
    const { Detail, ...entry } = calls[0]![1]!;
    assert.deepEqual(entry, {
      EventBusName: 'bus',
      Source: 'oauth2-token-capture',
      DetailType: 'connected',
      Time: new Date('2027-01-15T08:00:01.000Z'),
    });
    assert.equal(JSON.parse(Detail!).account, 'account-1');
  });

  test('two events of a row are never in one call', async () => {
    const { publish, calls } = bus(() => 'taken');
    await publish(history([1, 2, 1, 1]));
    assert.deepEqual(
      calls.map((entries) => entries.length),
      [2, 1, 1],
    );
  });

  test('what the bus refuses comes again, from the first such record on', async () => {
    const records = history([1, 2, 3, 1]);
    const { publish, taken, calls, lines } = bus(() => ['taken', 'ThrottlingException', 'taken']);
    assert.deepEqual(await publish(records), [numberOf(records[1]!)]);
    assert.deepEqual(
      taken.map(({ account }) => account),
      ['account-1', 'account-3'],
    );
    assert.equal(calls.length, 1, 'nothing is put after what was refused');
    assert.match(JSON.stringify(lines), /"cause":"ThrottlingException"/);
  });

  test('a bus that is down has the whole batch come again, and says so', async () => {
    const records = history([1, 2]);
    const { publish, lines } = bus(() => 'down');
    assert.deepEqual(await publish(records), [numberOf(records[0]!)]);
    assert.match(JSON.stringify(lines), /the bus takes no events/);
  });

  test('a batch without events calls nobody', async () => {
    const session = streamRecord(1, { pk: 'SESSION#s', sk: 'SESSION' }, undefined, { owner: 'a' });
    const { publish, calls } = bus(() => 'down');
    assert.deepEqual(await publish([session]), []);
    assert.equal(calls.length, 0);
  });

  test('no owner and no account is in the log', async () => {
    const { publish, lines } = bus(() => 'taken');
    await publish(history([1]));
    assert.match(JSON.stringify(lines), /"event":"connected"/);
    assert.doesNotMatch(JSON.stringify(lines), /ada|account-1/);
  });

  test('whatever the bus refuses, every event arrives, and those of a row in their order', async () => {
    const entryFate = fc.constantFrom('taken' as const, 'ThrottlingException' as const);
    const call = fc.oneof(
      fc.constant('down' as const),
      fc.array(entryFate, { minLength: 10, maxLength: 10 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { maxLength: 25 }),
        fc.array(call, { maxLength: 15 }),
        async (rows, fates) => {
          const coming = [...fates];
          const { publish, taken } = bus((entries) => {
            const next = coming.shift() ?? 'taken';
            return typeof next === 'string' ? next : next.slice(0, entries);
          });
          const records = history(rows);
          let left = records;
          while (left.length > 0) {
            const [failed] = await publish(left);
            left = left.slice(
              failed === undefined ? left.length : left.findIndex((r) => numberOf(r) === failed),
            );
          }
          assert.equal(new Set(taken.map(({ id }) => id)).size, records.length);
          for (const row of new Set(rows)) {
            const sequences = [
              ...new Set(
                taken
                  .filter(({ account }) => account === `account-${row}`)
                  .map(({ sequence }) => sequence),
              ),
            ];
            assert.deepEqual(sequences, sequences.toSorted());
          }
        },
      ),
    );
  });
});
