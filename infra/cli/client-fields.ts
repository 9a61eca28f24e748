import type { Provider } from '../../shared/providers/provider.ts';
import { WrongUsage } from './errors.ts';

/** Reads `--field name=value`: exactly the fields that the provider's client has. Throws `WrongUsage`. */
export function parseFields(
  { id, clientFields }: Pick<Provider, 'id' | 'clientFields'>,
  given: readonly string[],
): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    const value = text.slice(at + 1).trim();
    // The value is not repeated: a person may have put a secret there.
    if (!Object.hasOwn(clientFields, name)) {
      throw new WrongUsage(`--field: ${id} has ${namesOf(clientFields)}`);
    }
    if (at < 0 || value === '') throw new WrongUsage(`--field ${name}: expected ${name}=value`);
    fields[name] = value;
  }
  const missing = Object.entries(clientFields).filter(([name]) => fields[name] === undefined);
  if (missing.length > 0) {
    throw new WrongUsage(
      `${id} also needs ${missing.map(([name, what]) => `--field ${name}=... (${what})`).join(' and ')}`,
    );
  }
  return fields;
}

function namesOf(clientFields: Record<string, string>): string {
  const names = Object.keys(clientFields);
  return names.length === 0 ? 'no further fields' : `the fields ${names.join(', ')} and no other`;
}
