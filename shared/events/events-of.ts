import { isoTime } from '../clock.ts';
import { tableDefinition } from '../connections/table-definition.ts';
import {
  type CaptureEvent,
  DETAIL_VERSION,
  type EventDetail,
  type EventName,
} from './capture-event.ts';
import type { Row, RowChange } from './row-change.ts';

/** What one event has beyond what all have. */
type Own = Omit<EventDetail, 'version' | 'id' | 'sequence' | 'time'>;

// The most digits of a sequence number: texts of one length sort as the numbers do.
const SEQUENCE_DIGITS = 40;

/**
 * The events of one write: what has become of the state of a connection, or of what an operator has
 * switched off. None where nothing has, as after a refresh; several where one write did several things.
 */
export function eventsOf(change: RowChange): CaptureEvent[] {
  return occurrences(change).map(([name, own]) => ({
    name,
    detail: {
      version: DETAIL_VERSION,
      id: `${change.id}-${name}`,
      sequence: change.sequenceNumber.padStart(SEQUENCE_DIGITS, '0'),
      time: isoTime(change.time)!,
      ...own,
    },
  }));
}

function occurrences({ before, after }: RowChange): [EventName, Own][] {
  const { connectionPrefix, control } = tableDefinition.sortKeys;
  const row = (after ?? before)!;
  if (row.sk.startsWith(connectionPrefix)) return ofConnection(row, before, after);
  return row.sk === control ? ofSwitch(concernedBy(row), before, after) : [];
}

function ofConnection(row: Row, before?: Row, after?: Row): [EventName, Own][] {
  const { owner, provider, account, grantId } = row as Required<Row>;
  const key = { owner, provider, account, grantId };
  const life = ofLife(before, after);
  return [
    ...(life === undefined ? [] : [[life, key] satisfies [EventName, Own]]),
    ...ofConsent(key, before, after),
    // A row that is gone was not enabled.
    ...(after === undefined ? [] : ofSwitch({ scope: 'connection', ...key }, before, after)),
  ];
}

/** A connection, usable or not; a tombstone is none. */
type LiveRow = Row & { status: 'connected' | 'needs_reauth' };

const isLive = (row: Row | undefined): row is LiveRow =>
  row?.status === 'connected' || row?.status === 'needs_reauth';

const isFailing = ({ failures = 0 }: Row) => failures > 0;

function ofLife(before: Row | undefined, after: Row | undefined): EventName | undefined {
  if (!isLive(after)) {
    if (isLive(before)) return 'disconnected';
    return after?.revoked === 'yes' && before?.revoked !== 'yes' ? 'revoked' : undefined;
  }
  const isNew = !isLive(before) || before.grantId !== after.grantId;
  if (after.status === 'needs_reauth') {
    return isNew || before.status === 'connected' ? 'needs_reauth' : undefined;
  }
  if (isNew) return isLive(before) ? 'reconnected' : 'connected';
  const works = before.status === 'needs_reauth' || (isFailing(before) && !isFailing(after));
  return works ? 'recovered' : undefined;
}

function ofConsent(key: Own, before: Row | undefined, after: Row | undefined): [EventName, Own][] {
  if (!isLive(after) || after.consentNotice === undefined) return [];
  if (before?.consentNotice === after.consentNotice) return [];
  const consentEndsAt = isoTime(after.consentEndsAt);
  return [
    [
      'consent_ending',
      {
        ...key,
        ...(consentEndsAt !== null && { consentEndsAt }),
        daysLeft: after.consentNotice,
      },
    ],
  ];
}

function ofSwitch(
  concerned: Own,
  before: Row | undefined,
  after: Row | undefined,
): [EventName, Own][] {
  const was = before?.disabledAt !== undefined;
  const is = after?.disabledAt !== undefined;
  if (was === is) return [];
  if (!is) return [['enabled', concerned]];
  return [
    ['disabled', { ...concerned, ...(after.reason !== undefined && { reason: after.reason }) }],
  ];
}

/** What a control row switches off: `CONTROL#all`, `CONTROL#provider#<id>`, `CONTROL#owner#<owner>`. */
function concernedBy({ pk }: Row): Own {
  const [, scope, ...rest] = pk.split('#');
  if (scope === 'provider' || scope === 'owner') return { scope, [scope]: rest.join('#') };
  return { scope: 'all' };
}
