import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { CaptureEvent } from '../../shared/events/capture-event.ts';
import { eventsOf } from '../../shared/events/events-of.ts';
import { rowChange } from '../../shared/events/row-change.ts';
import { streamRecord } from '../support/stream-record.ts';

const key = { pk: 'OWNER#ada', sk: 'CONN#demo#42' };
const who = { owner: 'ada', provider: 'demo', account: '42' };
const connected = { ...who, grantId: 'g1', version: 1, status: 'connected', expiresAt: 7 };

const between = (before: object | undefined, after: object | undefined, of = key) =>
  eventsOf(rowChange(streamRecord(1, of, before, after)));
const names = (events: CaptureEvent[]) => events.map(({ name }) => name);

describe('events of a connection', () => {
  const failing = { ...connected, failures: 1, retryAt: 9 };
  const ended = { ...connected, status: 'needs_reauth' };
  const tombstone = { ...connected, status: 'disconnected', tokens: { writeId: 'w' } };
  const cases: [string, object | undefined, object | undefined, string[]][] = [
    ['the first connect', undefined, connected, ['connected']],
    ['a connect over a tombstone', tombstone, { ...connected, grantId: 'g2' }, ['connected']],
    ['a connect over a connection', connected, { ...connected, grantId: 'g2' }, ['reconnected']],
    ['a connect after the grant ended', ended, { ...connected, grantId: 'g2' }, ['reconnected']],
    ['a plain refresh', connected, { ...connected, version: 2, expiresAt: 8 }, []],
    ['a lease', connected, { ...connected, lease: { holder: 'h', seconds: 10 } }, []],
    ['a first failure', connected, failing, []],
    ['another failure', failing, { ...failing, failures: 2 }, []],
    ['a refresh after failures', failing, connected, ['recovered']],
    ['the end of a grant', failing, { ...failing, status: 'needs_reauth' }, ['needs_reauth']],
    ['a late pair after the end', ended, connected, ['recovered']],
    ['a disconnect', connected, tombstone, ['disconnected']],
    ['a disconnect of what had ended', ended, tombstone, ['disconnected']],
    ['a revocation', tombstone, { ...tombstone, tokens: undefined, revoked: 'yes' }, ['revoked']],
    ['no revocation offered', tombstone, { ...tombstone, revoked: 'unsupported' }, []],
    ['a tombstone that goes', tombstone, undefined, []],
    ['a row that is deleted', connected, undefined, ['disconnected']],
    ['switched off', connected, { ...connected, disabledAt: 5 }, ['disabled']],
    ['switched off again', { ...connected, disabledAt: 5 }, { ...connected, disabledAt: 6 }, []],
    ['switched on', { ...connected, disabledAt: 5 }, connected, ['enabled']],
    [
      'a connect of what is switched off',
      { ...tombstone, disabledAt: 5 },
      { ...connected, grantId: 'g2', disabledAt: 5 },
      ['connected'],
    ],
    [
      'switched off and buried at once',
      connected,
      { ...tombstone, disabledAt: 5 },
      ['disconnected', 'disabled'],
    ],
  ];
  for (const [what, before, after, expected] of cases) {
    test(`${what}: ${expected.join(', ') || 'none'}`, () => {
      assert.deepEqual(names(between(before, after)), expected);
    });
  }

  test('the detail says which connection, when, and nothing that is sealed', () => {
    const sealed = { tokens: { writeId: 'w', sealed: new Uint8Array([1]) } };
    assert.deepEqual(between(undefined, { ...connected, ...sealed }), [
      {
        name: 'connected',
        detail: {
          version: 1,
          id: 'record-1-connected',
          sequence: '0000000000000000000999999999999999999991',
          time: '2027-01-15T08:00:01.000Z',
          ...who,
          grantId: 'g1',
        },
      },
    ]);
  });

  test('each notice of an ending consent is one event', () => {
    const consenting = { ...connected, consentEndsAt: 1_802_592_000 };
    const noticed = (consentNotice: number) => ({ ...consenting, consentNotice });
    const [event] = between(consenting, noticed(30));
    assert.equal(event!.name, 'consent_ending');
    assert.equal(event!.detail.daysLeft, 30);
    assert.equal(event!.detail.consentEndsAt, '2027-02-14T08:00:00.000Z');
    assert.deepEqual(names(between(noticed(30), noticed(7))), ['consent_ending']);
    assert.deepEqual(between(noticed(7), { ...noticed(7), version: 2 }), []);
    assert.deepEqual(names(between(noticed(1), { ...consenting, grantId: 'g2' })), ['reconnected']);
  });

  test('rows of another kind make none', () => {
    const row = { owner: 'ada', status: 'connected', disabledAt: 5 };
    assert.deepEqual(between(undefined, row, { pk: 'SESSION#s', sk: 'SESSION' }), []);
    assert.deepEqual(between(row, undefined, { pk: 'PROVIDER#demo', sk: 'HEALTH' }), []);
  });
});

describe('events of the kill switch', () => {
  const off = { disabledAt: 5, by: 'operator', reason: 'leaked' };
  const cases: [string, object][] = [
    ['CONTROL#all', { scope: 'all' }],
    ['CONTROL#provider#demo', { scope: 'provider', provider: 'demo' }],
    ['CONTROL#owner#a#b', { scope: 'owner', owner: 'a#b' }],
  ];
  for (const [pk, concerned] of cases) {
    test(`${pk}: what is concerned, and why`, () => {
      const control = { pk, sk: 'CONTROL' };
      const [disabled, enabled] = [
        ...between(undefined, off, control),
        ...between(off, undefined, control),
      ];
      const own = ({ name, detail }: CaptureEvent) => {
        const { version: _v, id: _i, sequence: _s, time: _t, ...rest } = detail;
        return [name, rest];
      };
      assert.deepEqual(own(disabled!), ['disabled', { ...concerned, reason: 'leaked' }]);
      assert.deepEqual(own(enabled!), ['enabled', concerned]);
    });
  }
});

describe('any history of a row', () => {
  const image = fc.option(
    fc.record({
      grantId: fc.constantFrom('g1', 'g2'),
      status: fc.constantFrom('connected', 'needs_reauth', 'disconnected', 'something new'),
      failures: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
      consentNotice: fc.constantFrom(undefined, 30, 7, 1),
      disabledAt: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
      revoked: fc.constantFrom(undefined, 'yes', 'unsupported'),
      version: fc.nat(),
    }),
    { nil: undefined },
  );
  const history = fc.array(image, { maxLength: 30 });

  const recordsOf = (rows: (object | undefined)[]) =>
    rows.flatMap((after, index) => {
      const before = rows[index - 1];
      if (before === undefined && after === undefined) return [];
      return [
        streamRecord(index, key, before && { ...who, ...before }, after && { ...who, ...after }),
      ];
    });

  test('is told by its events: they lead from state to state, and to the one that the row is in', () => {
    fc.assert(
      fc.property(history, (rows) => {
        let life: string = 'none';
        let disabled = false;
        for (const record of recordsOf(rows)) {
          const index = Number(record.eventID!.split('-')[1]);
          const [before, row] = [rows[index - 1], rows[index]];
          for (const { name } of eventsOf(rowChange(record))) {
            if (name === 'connected') assert.equal(life, 'none');
            if (['reconnected', 'recovered', 'disconnected'].includes(name)) {
              assert.notEqual(life, 'none', name);
            }
            if (name === 'recovered') {
              assert.ok(life === 'needs_reauth' || (before?.failures ?? 0) > 0);
            }
            if (name === 'needs_reauth' && life === name) {
              assert.notEqual(before!.grantId, row!.grantId);
            }
            if (name === 'revoked') assert.equal(life, 'none');
            if (name === 'disabled' || name === 'enabled') {
              assert.equal(disabled, name === 'enabled', name);
              disabled = name === 'disabled';
            }
            if (['connected', 'reconnected', 'recovered'].includes(name)) life = 'connected';
            if (name === 'needs_reauth') life = name;
            if (name === 'disconnected') life = 'none';
          }
          // A row that is gone takes its switch with it.
          if (row === undefined) disabled = false;
          const live = row?.status === 'connected' || row?.status === 'needs_reauth';
          assert.equal(life, live ? row!.status : 'none');
          assert.equal(disabled, row?.disabledAt !== undefined);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('has events with ids of their own, the same when the stream is read again, in order', () => {
    fc.assert(
      fc.property(history, (rows) => {
        const read = () => recordsOf(rows).flatMap((record) => eventsOf(rowChange(record)));
        const events = read();
        assert.equal(new Set(events.map(({ detail }) => detail.id)).size, events.length);
        assert.deepEqual(read(), events);
        const sequences = events.map(({ detail }) => detail.sequence);
        assert.deepEqual(sequences, [...sequences].sort());
      }),
    );
  });
});
