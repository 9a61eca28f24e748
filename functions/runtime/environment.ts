import { ConfigurationError } from '../../shared/errors.ts';

/** A setting that the stack gives a function. */
export function environment(
  name:
    | 'TABLE_NAME'
    | 'KEY_ID'
    | 'BASE_URL'
    | 'EVENT_BUS_NAME'
    | 'REFRESH_QUEUE_URL'
    | 'SPOOL_QUEUE_URL',
): string {
  const value = process.env[name];
  if (!value) throw new ConfigurationError(name, 'expected in the environment of the function');
  return value;
}
