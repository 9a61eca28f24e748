import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { conditionFailed, withoutKeys } from './document-client.ts';
import {
  type AuthorizationRequest,
  type ConnectSession,
  REQUEST_SECONDS,
  REQUESTS_AT_MOST,
} from './session.ts';

export interface RequestKey {
  sid: string;
  browserHash: string;
  stateHash: string;
}

/** The connect sessions of the one table. `now` is epoch seconds; `undefined` means the condition did not hold. */
export interface SessionTable {
  create(session: ConnectSession): Promise<void>;
  get(sid: string): Promise<ConnectSession | undefined>;
  /**
   * Gives the session to a browser. With `takeOver` another browser's claim is replaced, as long as
   * no trip to a provider has begun.
   */
  claim(
    claim: { sid: string; tokenHash: string; browserHash: string; takeOver: boolean },
    now: number,
  ): Promise<ConnectSession | undefined>;
  /**
   * Writes an authorization request into the session of this browser, in place of the oldest when it
   * is full; the session must be for the request's provider.
   */
  addRequest(
    key: RequestKey,
    request: AuthorizationRequest,
    now: number,
  ): Promise<ConnectSession | undefined>;
  /** Takes a request out, once: returns the session as it was when request, provider and browser fit. */
  consumeRequest(
    key: RequestKey,
    provider: string,
    now: number,
  ): Promise<ConnectSession | undefined>;
  /** Takes a request out, whoever asks. */
  burnRequest(sid: string, stateHash: string): Promise<void>;
}

export function makeSessionTable(client: DynamoDBDocumentClient, tableName: string): SessionTable {
  const keyOf = (sid: string) => ({ pk: `SESSION#${sid}`, sk: 'SESSION' });

  /** One conditional update; `undefined` when its condition failed. */
  async function update(
    sid: string,
    input: Omit<ConstructorParameters<typeof UpdateCommand>[0], 'TableName' | 'Key'>,
  ): Promise<ConnectSession | undefined> {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({ TableName: tableName, Key: keyOf(sid), ...input }),
      );
      return Attributes === undefined ? undefined : withoutKeys<ConnectSession>(Attributes);
    } catch (error) {
      if (conditionFailed(error)) return undefined;
      throw error;
    }
  }

  async function get(sid: string): Promise<ConnectSession | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: keyOf(sid), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : withoutKeys<ConnectSession>(Item);
  }

  const add = (
    key: RequestKey,
    request: AuthorizationRequest,
    now: number,
    room: string,
    oldest?: string,
  ) =>
    update(key.sid, {
      UpdateExpression: `SET requests.#hash = :request, startedAt = if_not_exists(startedAt, :now)${oldest === undefined ? '' : ' REMOVE requests.#oldest'}`,
      ConditionExpression: `browserHash = :browser AND expiresAt > :now AND contains(providers, :provider) AND ${room}`,
      ExpressionAttributeNames: {
        '#hash': key.stateHash,
        ...(oldest !== undefined && { '#oldest': oldest }),
      },
      ExpressionAttributeValues: {
        ':request': request,
        ':provider': request.provider,
        ':now': now,
        ':browser': key.browserHash,
        ...(oldest === undefined && { ':most': REQUESTS_AT_MOST }),
      },
      ReturnValues: 'ALL_NEW',
    });

  return {
    get,

    async create(session) {
      await client.send(
        new PutCommand({
          TableName: tableName,
          Item: { ...keyOf(session.sid), ...session, ttl: session.expiresAt + REQUEST_SECONDS },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    },

    claim({ sid, tokenHash, browserHash, takeOver }, now) {
      const free = takeOver
        ? 'attribute_not_exists(startedAt)'
        : 'attribute_not_exists(browserHash)';
      return update(sid, {
        UpdateExpression: 'SET browserHash = :browser',
        ConditionExpression: `tokenHash = :token AND expiresAt > :now AND ${free}`,
        ExpressionAttributeValues: { ':browser': browserHash, ':token': tokenHash, ':now': now },
        ReturnValues: 'ALL_NEW',
      });
    },

    async addRequest(key, request, now) {
      const added = await add(key, request, now, 'size(requests) < :most');
      if (added !== undefined) return added;
      // A second look only when the first was refused: it tells a full session from a wrong one.
      const session = await get(key.sid);
      if (session === undefined || session.browserHash !== key.browserHash) return undefined;
      const oldest = Object.entries(session.requests).sort(
        ([, a], [, b]) => a.createdAt - b.createdAt,
      )[0]?.[0];
      if (oldest === undefined) return undefined;
      return add(key, request, now, 'attribute_exists(requests.#oldest)', oldest);
    },

    consumeRequest({ sid, browserHash, stateHash }, provider, now) {
      return update(sid, {
        UpdateExpression: 'REMOVE requests.#hash',
        ConditionExpression:
          'browserHash = :browser AND requests.#hash.provider = :provider AND requests.#hash.expiresAt > :now',
        ExpressionAttributeNames: { '#hash': stateHash },
        ExpressionAttributeValues: {
          ':browser': browserHash,
          ':provider': provider,
          ':now': now,
        },
        ReturnValues: 'ALL_OLD',
      });
    },

    async burnRequest(sid, stateHash) {
      await update(sid, {
        UpdateExpression: 'REMOVE requests.#hash',
        ConditionExpression: 'attribute_exists(requests.#hash)',
        ExpressionAttributeNames: { '#hash': stateHash },
      });
    },
  };
}
