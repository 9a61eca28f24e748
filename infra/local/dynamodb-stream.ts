import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { tableDefinition } from '../../shared/connections/table-definition.ts';
import { sendAwsError } from './aws-json.ts';
import type { LocalDynamoDB } from './dynamodb.ts';
import { callDynamoDB, captureAnswer } from './dynamodb-call.ts';
import type { Item, ItemChange, TableStream } from './table-stream.ts';

const WRITE = /^DynamoDB_20120810\.(?:PutItem|UpdateItem|DeleteItem)$/;

const { partitionKey, sortKey } = tableDefinition;

export interface StreamedDynamoDB extends LocalDynamoDB {
  /** Writes one item by a call of the database within, and keeps what that changes. */
  write<T extends { status: number }>(
    keys: Item,
    call: (within: LocalDynamoDB) => Promise<T>,
    change?: Pick<ItemChange, 'expired'>,
  ): Promise<T>;
}

/**
 * The same database, which keeps in the stream what PutItem, UpdateItem and DeleteItem change in the
 * table (BatchWriteItem, which the project never uses, is not seen). A write is answered once its
 * record is kept; killed between the two, the record is lost and the write was not acknowledged.
 */
export function withStream(
  dynamoDB: LocalDynamoDB,
  tableName: string,
  stream: TableStream,
): StreamedDynamoDB {
  const inTurn = turnsByKey();
  const read = async (Key: Item): Promise<Item | undefined> => {
    const input = { TableName: tableName, Key, ConsistentRead: true };
    // Without an answer's Item too where the key is refused: the write is then refused as well.
    return (await callDynamoDB(dynamoDB, 'GetItem', input)).output.Item;
  };
  const write: StreamedDynamoDB['write'] = (keys, call, change) =>
    inTurn(JSON.stringify(keys), async () => {
      const before = await read(keys);
      const answer = await call(dynamoDB);
      if (answer.status === 200) {
        const after = await read(keys);
        if (!isDeepStrictEqual(before, after)) stream.add({ keys, before, after, ...change });
      }
      return answer;
    });
  return {
    close: dynamoDB.close,
    write,
    handle: (request, response, body) => {
      const keys = writtenKeys(request, body, tableName);
      if (!keys) return dynamoDB.handle(request, response, body);
      void write(keys, (within) => captureAnswer(within, request, body)).then(
        (answer) => response.writeHead(answer.status, answer.headers).end(answer.body),
        (error) => fail(response, error),
      );
    },
  };
}

/** An item's keys, always in this order: as JSON they name the item. */
export function keysOf(item: Item): Item {
  return { [partitionKey]: item[partitionKey]!, [sortKey]: item[sortKey]! };
}

/** The keys of the item that a request writes to the table; undefined for any other request. */
function writtenKeys(request: IncomingMessage, body: Buffer, tableName: string): Item | undefined {
  if (!WRITE.test(String(request.headers['x-amz-target']))) return undefined;
  try {
    const { TableName, Key, Item } = JSON.parse(body.toString('utf8'));
    const keys = keysOf(Key ?? Item);
    const known = Object.values(keys).every((key) => typeof key?.S === 'string');
    return known && TableName === tableName ? keys : undefined;
  } catch {
    // Whatever is wrong with the request is dynalite's to say.
    return undefined;
  }
}

/** Work on one key is done in turn: what is read around a write is then of this write. */
function turnsByKey() {
  const last = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work);
    const ended = turn
      .catch(() => undefined)
      .then(() => {
        if (last.get(key) === ended) last.delete(key);
      });
    last.set(key, ended);
    return turn;
  };
}

function fail(response: ServerResponse, error: unknown): void {
  console.error(error);
  const message = 'see the log of the local run';
  sendAwsError(response, { type: 'InternalServerError', message, status: 500 });
}
