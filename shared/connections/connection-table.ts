import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { VersionConflict } from '../errors.ts';
import {
  type Connection,
  type ConnectionKey,
  type ConnectionSummary,
  type Lease,
  RECORD_VERSION,
} from './connection.ts';
import { connectionOf, SUMMARY_NAMES } from './connection-row.ts';
import { conditionFailed, updateExpression } from './document-client.ts';
import { connectionSort, duePartition, ownerPartition, rowKey } from './keys.ts';

/** What a connect writes. */
export type Captured = Omit<
  Connection,
  | keyof ConnectionKey
  | 'recordVersion'
  | 'version'
  | 'duePartition'
  | 'lease'
  | 'ttl'
  | 'consentNotice'
>;

/** Connections of a page of `list`. */
export const PAGE_SIZE = 50;

/** A value to write, or `undefined` to take the attribute away. */
export type Changes = Partial<Omit<Connection, keyof ConnectionKey | 'recordVersion' | 'version'>>;

/** What is due next. */
export type Schedule = Pick<Connection, 'dueAt'> &
  Partial<Pick<Connection, 'consentNotice' | 'failures'>>;

/** The values of a row, sealed anew. */
export type Resealed = Pick<Connection, 'tokens' | 'profile' | 'resealedAt'>;

export interface ConnectionPage {
  connections: ConnectionSummary[];
  /** Sort key to go on after; absent on the last page. */
  next?: string;
}

/** The connections of the one table. Every write is one conditional write of one item. */
export interface ConnectionTable {
  get(key: ConnectionKey, consistent?: boolean): Promise<Connection | undefined>;
  /** All live connections of an owner at a provider, tokens included. */
  find(owner: string, provider: string): Promise<Connection[]>;
  /** Live connections of an owner, without tokens. */
  list(owner: string, provider?: string, after?: string): Promise<ConnectionPage>;
  /**
   * Saves what a connect captured: a new connection or a new generation of the one that is there.
   * With `expectedVersion` only if the row still has it, with 0 only if there is none
   * (`VersionConflict` otherwise). Returns the new version.
   */
  capture(key: ConnectionKey, captured: Captured, expectedVersion?: number): Promise<number>;
  /**
   * Changes a connection that is still as it was read, else `VersionConflict`. With `holder` only
   * under that lease, which ends with the change; with `null` only while nobody holds one.
   */
  change(current: Connection, changes: Changes, holder?: string | null): Promise<Connection>;
  /**
   * Says what is due next, without a new version: whoever is saving at the same time is not disturbed.
   * `false` when the connection is not as it was read any more, or somebody holds its lease.
   */
  schedule(current: Connection, schedule: Schedule): Promise<boolean>;
  /** Puts the same values there, sealed anew; no new version either. `false`: it is not as it was read. */
  reseal(current: Connection, sealed: Resealed): Promise<boolean>;
  /**
   * Takes the lease of a connection that is still as it was read: free, held by `replacing`, or this very
   * lease, where the SDK sends it again. `dueAt`: when the sweep looks after it. `false`: not to be had.
   */
  takeLease(
    current: Connection,
    taken: { lease: Lease; dueAt: number },
    replacing?: string,
  ): Promise<boolean>;
  /** Gives a lease back, if it is still this holder's, and says until when nobody tries again. */
  releaseLease(
    key: ConnectionKey,
    holder: string,
    left: Pick<Connection, 'dueAt'> & Partial<Pick<Connection, 'failures' | 'retryAt'>>,
  ): Promise<void>;
}

/** The condition that a row is still as it was read. */
const AS_READ = '#version = :readVersion AND #grantId = :readGrantId';
const asRead = ({ version, grantId }: Connection) => ({
  ':readVersion': version,
  ':readGrantId': grantId,
});

export function makeConnectionTable(
  client: DynamoDBDocumentClient,
  tableName: string,
): ConnectionTable {
  /** One conditional update; whether its condition held. */
  async function conditionally(
    input: Omit<ConstructorParameters<typeof UpdateCommand>[0], 'TableName'>,
  ): Promise<boolean> {
    try {
      await client.send(new UpdateCommand({ TableName: tableName, ...input }));
      return true;
    } catch (error) {
      if (conditionFailed(error)) return false;
      throw error;
    }
  }

  /** Sets attributes without a new version. */
  function amend(current: Connection, attributes: object, condition: string): Promise<boolean> {
    const { names, values, set } = updateExpression({ ...attributes });
    return conditionally({
      Key: rowKey(current),
      UpdateExpression: `SET ${set.join(', ')}`,
      ConditionExpression: condition,
      ExpressionAttributeNames: { ...names, '#version': 'version', '#grantId': 'grantId' },
      ExpressionAttributeValues: { ...values, ...asRead(current) },
    });
  }

  const queryLive = (owner: string, sortPrefix: string) => ({
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    FilterExpression: '#status <> :disconnected',
    ExpressionAttributeNames: { '#status': 'status' } as Record<string, string>,
    ExpressionAttributeValues: {
      ':pk': ownerPartition(owner),
      ':prefix': sortPrefix,
      ':disconnected': 'disconnected',
    },
  });

  return {
    async get(key, consistent = false) {
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: rowKey(key), ConsistentRead: consistent }),
      );
      return Item && connectionOf(Item);
    },

    async find(owner, provider) {
      const found: Connection[] = [];
      let after: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            ...queryLive(owner, connectionSort(provider, '')),
            ConsistentRead: true,
            ...(after && { ExclusiveStartKey: after }),
          }),
        );
        found.push(...(page.Items ?? []).map((item) => connectionOf(item)));
        after = page.LastEvaluatedKey;
      } while (after !== undefined);
      return found;
    },

    async list(owner, provider, after) {
      const query = queryLive(
        owner,
        provider === undefined ? 'CONN#' : connectionSort(provider, ''),
      );
      const page = await client.send(
        new QueryCommand({
          ...query,
          ProjectionExpression: ['pk', 'sk', ...Object.keys(SUMMARY_NAMES)].join(', '),
          ExpressionAttributeNames: SUMMARY_NAMES,
          Limit: PAGE_SIZE,
          ...(after !== undefined && {
            ExclusiveStartKey: { pk: ownerPartition(owner), sk: after },
          }),
        }),
      );
      const next = page.LastEvaluatedKey?.['sk'] as string | undefined;
      return {
        connections: (page.Items ?? []).map((item) => connectionOf<ConnectionSummary>(item)),
        ...(next !== undefined && { next }),
      };
    },

    async capture(key, captured, expectedVersion) {
      const { names, values, set, remove } = updateExpression({
        owner: key.owner,
        provider: key.provider,
        account: key.account,
        recordVersion: RECORD_VERSION,
        grantId: captured.grantId,
        status: captured.status,
        scopes: captured.scopes,
        tokens: captured.tokens,
        profile: captured.profile,
        expiresAt: captured.expiresAt,
        refreshTokenExpiresAt: captured.refreshTokenExpiresAt,
        consentEndsAt: captured.consentEndsAt,
        consentNotice: undefined,
        instance: captured.instance,
        tokenOrigin: captured.tokenOrigin,
        connectedAt: captured.connectedAt,
        updatedAt: captured.updatedAt,
        duePartition: duePartition(key),
        dueAt: captured.dueAt,
        lease: undefined,
        failures: undefined,
        retryAt: undefined,
        revoked: undefined,
        ttl: undefined,
      });
      const expected =
        expectedVersion === 0 ? 'attribute_not_exists(#version)' : '#version = :expected';
      try {
        const { Attributes } = await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: rowKey(key),
            UpdateExpression: `SET ${set.join(', ')}, #version = if_not_exists(#version, :zero) + :one${remove}`,
            ...(expectedVersion !== undefined && { ConditionExpression: expected }),
            ExpressionAttributeNames: { ...names, '#version': 'version' },
            ExpressionAttributeValues: {
              ...values,
              ':zero': 0,
              ':one': 1,
              ...(expectedVersion && { ':expected': expectedVersion }),
            },
            ReturnValues: 'UPDATED_NEW',
          }),
        );
        return Attributes!['version'] as number;
      } catch (error) {
        throw conditionFailed(error) ? new VersionConflict('the connection has changed') : error;
      }
    },

    async change(current, changes, holder) {
      const { names, values, set, remove } = updateExpression(
        holder === undefined ? { ...changes } : { ...changes, lease: undefined },
      );
      const underLease =
        holder === null ? ' AND attribute_not_exists(#lease)' : ' AND #lease.holder = :holder';
      try {
        const { Attributes } = await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: rowKey(current),
            UpdateExpression: `SET ${[...set, '#version = #version + :one'].join(', ')}${remove}`,
            ConditionExpression: `${AS_READ}${holder === undefined ? '' : underLease}`,
            ExpressionAttributeNames: { ...names, '#version': 'version', '#grantId': 'grantId' },
            ExpressionAttributeValues: {
              ...values,
              ':one': 1,
              ...asRead(current),
              ...(holder && { ':holder': holder }),
            },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return connectionOf(Attributes!);
      } catch (error) {
        throw conditionFailed(error) ? new VersionConflict('the connection has changed') : error;
      }
    },

    schedule: (current, schedule) =>
      amend(current, schedule, `${AS_READ} AND attribute_not_exists(lease)`),

    reseal: (current, sealed) => amend(current, sealed, AS_READ),

    takeLease(current, taken, replacing) {
      const { names, values, set } = updateExpression({ ...taken });
      return conditionally({
        Key: rowKey(current),
        UpdateExpression: `SET ${set.join(', ')}`,
        ConditionExpression: `${AS_READ} AND (#lease.holder = :holder OR ${
          replacing === undefined ? 'attribute_not_exists(#lease)' : '#lease.holder = :replacing'
        })`,
        ExpressionAttributeNames: { ...names, '#version': 'version', '#grantId': 'grantId' },
        ExpressionAttributeValues: {
          ...values,
          ...asRead(current),
          ':holder': taken.lease.holder,
          ...(replacing !== undefined && { ':replacing': replacing }),
        },
      });
    },

    async releaseLease(key, holder, left) {
      const { names, values, set } = updateExpression({ ...left });
      await conditionally({
        Key: rowKey(key),
        UpdateExpression: `SET ${set.join(', ')} REMOVE #lease`,
        ConditionExpression: '#lease.holder = :holder',
        ExpressionAttributeNames: { ...names, '#lease': 'lease' },
        ExpressionAttributeValues: { ...values, ':holder': holder },
      });
    },
  };
}
