import type { IConstruct } from 'constructs';
import { ConfigurationError } from '../../shared/errors.ts';
import { EMULATED_KEY } from '../configuration.ts';

/**
 * For a deployment to an AWS emulator: conditions on the encryption context, which an emulator refuses
 * altogether, are left out of the functions' roles, an alarm over a query, which it does not know, is left
 * out, and providers on http loopback are accepted.
 */
export interface Emulated {
  /** What browsers come to in place of the HTTP API's own address. */
  baseUrl: string;
}

/** `undefined` for a deployment to AWS. */
export function emulated(scope: IConstruct): Emulated | undefined {
  const value: unknown = scope.node.tryGetContext(EMULATED_KEY);
  if (value === undefined) return undefined;
  const { baseUrl } = (value ?? {}) as Partial<Emulated>;
  if (typeof baseUrl === 'string' && baseUrl !== '') return { baseUrl };
  throw new ConfigurationError(EMULATED_KEY, 'expected {"baseUrl": "..."}');
}
