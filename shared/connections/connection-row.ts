import { type Connection, type ConnectionKey, SUMMARY_ATTRIBUTES } from './connection.ts';
import { withoutKeys } from './document-client.ts';
import { connectionKey } from './keys.ts';

/**
 * The connection of a row. Whose it is says the row's key alone: names that stand beside it, and are
 * copied along with it, would have the sealed values of another owner open for this one.
 */
export function connectionOf<T extends ConnectionKey = Connection>(
  item: Record<string, unknown>,
): T {
  return { ...withoutKeys<T>(item), ...connectionKey(item as { pk: string; sk: string }) };
}

/** The attributes of a listing, as an expression names them. */
export const SUMMARY_NAMES = Object.fromEntries(
  SUMMARY_ATTRIBUTES.map((name) => [`#${name}`, name]),
);
