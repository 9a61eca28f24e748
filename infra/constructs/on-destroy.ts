import { ConfigurationError } from '../../shared/errors.ts';

/** What becomes of the table, key, secrets and logs when the stack is destroyed. */
export type OnDestroy = 'keep' | 'delete';

/** The value itself, `keep` when there is none, or `ConfigurationError`. */
export function requireOnDestroy(value: unknown, place: string): OnDestroy {
  if (value === undefined) return 'keep';
  if (value === 'keep' || value === 'delete') return value;
  throw new ConfigurationError(place, 'expected "keep" or "delete"');
}
