import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { TableThrottled } from '../errors.ts';
import { tableDefinition } from './table-definition.ts';

/** A row that is there switches off what its key names; times are epoch seconds. */
export interface Control {
  disabledAt: number;
  /** For those who ask for a token, in the words of the one who switched it off. */
  reason?: string;
  /** Who that was. */
  by: string;
}

/** The kill switch, as functions see it: only the operator's tool writes it. */
export interface ControlTable {
  /**
   * Those of the providers that are switched off for an owner, because everything, the owner or the
   * provider is. What it tells was read 5 seconds ago at most. Throws `TableThrottled`.
   */
  disabled(owner: string, providers: readonly string[]): Promise<ReadonlyMap<string, Control>>;
}

/** Partition keys of control rows. */
export const controls = {
  all: 'CONTROL#all',
  owner: (owner: string) => `CONTROL#owner#${owner}`,
  provider: (provider: string) => `CONTROL#provider#${provider}`,
};

/** The key of a control row. */
export const controlKey = (pk: string) => ({ pk, sk: tableDefinition.sortKeys.control });

/** How long after it was read nobody looks again: after a switch no token is handed out any later. */
export const FRESH_MILLISECONDS = 5_000;

// A function sees few owners in five seconds; a cache that forgets only reads once more.
const KEPT_AT_MOST = 1_000;
const TRIES = 3;

export function makeControlTable(
  client: DynamoDBDocumentClient,
  tableName: string,
  now: () => number,
): ControlTable {
  const cache = new Map<string, { readAt: number; control: Control | undefined }>();

  /** One request: it may ask for 100 rows, and no stack has room for so many providers. */
  async function read(partitions: string[]): Promise<Map<string, Control>> {
    const rows = new Map<string, Control>();
    let Keys: Record<string, unknown>[] | undefined = partitions.map(controlKey);
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const { Responses, UnprocessedKeys }: BatchGetCommandOutput = await client.send(
        new BatchGetCommand({ RequestItems: { [tableName]: { Keys, ConsistentRead: true } } }),
      );
      for (const { pk, sk: _sk, ...control } of Responses?.[tableName] ?? []) {
        rows.set(pk as string, control as Control);
      }
      Keys = UnprocessedKeys?.[tableName]?.Keys;
      if (Keys === undefined) return rows;
    }
    throw new TableThrottled('what is switched off could not be read');
  }

  return {
    async disabled(owner, providers) {
      const wide = [controls.all, controls.owner(owner)];
      const known = new Map<string, Control | undefined>();
      const unknown: string[] = [];
      const readAt = now();
      for (const partition of [...wide, ...providers.map(controls.provider)]) {
        const kept = cache.get(partition);
        if (kept === undefined || readAt - kept.readAt >= FRESH_MILLISECONDS) {
          unknown.push(partition);
        } else {
          known.set(partition, kept.control);
        }
      }
      if (unknown.length > 0) {
        const rows = await read(unknown);
        if (cache.size >= KEPT_AT_MOST) cache.clear();
        for (const partition of unknown) {
          const control = rows.get(partition);
          known.set(partition, control);
          cache.set(partition, { readAt, control });
        }
      }
      const off = new Map<string, Control>();
      for (const provider of providers) {
        const control = [...wide, controls.provider(provider)]
          .map((partition) => known.get(partition))
          .find((each) => each !== undefined);
        if (control !== undefined) off.set(provider, control);
      }
      return off;
    },
  };
}
