import { randomUUID } from 'node:crypto';
import { ACCOUNT, arn, REGION } from './aws-account.ts';
import { AwsError, type AwsInput, type AwsOperation, optionalString } from './aws-error.ts';
import { appendJsonLine, readJsonLines } from './private-file.ts';

const ENTRY_LIMIT = 256 * 1024;
const BATCH_LIMIT = 10;

/** An event as EventBridge hands it to a rule's target. */
export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601. */
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}

export interface LocalEventBus {
  operations: Record<string, AwsOperation>;
  /** Everything that was put, in order. */
  events(): BusEvent[];
}

/**
 * An event bus that keeps what is put: a line of JSON for each event in the file or, without a path,
 * in memory. An entry for a bus of another name is refused, where EventBridge would drop it.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function openEventBus(path: string | undefined, name: string): LocalEventBus {
  const kept: BusEvent[] = [];
  const put = (entry: unknown) => {
    try {
      const event = readEntry(entry, name);
      if (path === undefined) kept.push(event);
      else appendJsonLine(path, event);
      return { EventId: event.id };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { ErrorCode: error.type, ErrorMessage: error.message };
    }
  };
  return {
    events: () => (path === undefined ? [...kept] : (readJsonLines(path) as BusEvent[])),
    operations: {
      PutEvents: (input) => {
        const entries = Array.isArray(input['Entries']) ? input['Entries'] : [];
        if (entries.length < 1 || entries.length > BATCH_LIMIT) {
          throw new AwsError('ValidationException', `Entries: expected 1 to ${BATCH_LIMIT}`);
        }
        const answers = entries.map(put);
        const failed = answers.filter((answer) => 'ErrorCode' in answer);
        return { FailedEntryCount: failed.length, Entries: answers };
      },
    },
  };
}

/** Throws `AwsError` with the code of the failed entry. */
function readEntry(entry: unknown, name: string): BusEvent {
  const input = (entry ?? {}) as AwsInput;
  const required = (member: string) => {
    const value = optionalString(input, member);
    if (value) return value;
    const message = `Parameter ${member} is not valid. Reason: ${member} is a required argument.`;
    throw new AwsError('InvalidArgument', message);
  };
  const source = required('Source');
  const detailType = required('DetailType');
  const detail = required('Detail');
  const resources = Array.isArray(input['Resources']) ? input['Resources'].map(String) : [];
  const bus = optionalString(input, 'EventBusName') ?? 'default';
  if (bus !== name && bus !== arn('events', `event-bus/${name}`)) {
    throw new AwsError('InvalidArgument', `EventBusName: expected ${name}, not ${bus}`);
  }
  const time = input['Time'];
  const size = [source, detailType, detail, ...resources].map((text) => Buffer.byteLength(text));
  if (size.reduce((a, b) => a + b, time === undefined ? 0 : 14) >= ENTRY_LIMIT) {
    throw new AwsError(
      'InvalidArgument',
      `Total size of the entry must be less than ${ENTRY_LIMIT}.`,
    );
  }
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: ACCOUNT,
    time: (typeof time === 'number' ? new Date(time * 1000) : new Date()).toISOString(),
    region: REGION,
    resources,
    detail: parseDetail(detail),
  };
}

function parseDetail(text: string): unknown {
  try {
    const detail = JSON.parse(text);
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return detail;
  } catch {
    // Answered below, as any other text that is no JSON object.
  }
  throw new AwsError('MalformedDetail', 'Detail is malformed.');
}
