import { InvalidRequest } from '../errors.ts';
import { cleanedValue, type Instance, isValue } from '../providers/instance.ts';
import type { Provider, ProviderValue } from '../providers/provider.ts';

/** A value that the person is asked for, with what she has typed. */
export interface AskedValue extends ProviderValue {
  name: string;
  typed?: string;
  /** It was typed and is not what it has to be. */
  wrong: boolean;
}

export type ChosenValues =
  | { kind: 'chosen'; values: Instance }
  | { kind: 'ask'; asked: AskedValue[] };

/** The values of one trip: those of the session, else what was typed; where one lacks, what to ask. */
export function chosenValues(
  provider: Provider,
  fixed: Instance | undefined,
  typed: (name: string) => string | null,
): ChosenValues {
  const wanted = Object.entries(provider.values ?? {});
  if (wanted.length === 0 || fixed !== undefined) return { kind: 'chosen', values: fixed ?? {} };
  const asked = wanted.map(([name, value]): AskedValue => {
    const text = typed(name);
    const clean = text === null ? undefined : cleanedValue(provider, name, text);
    return {
      ...value,
      name,
      ...(clean !== undefined && { typed: clean }),
      wrong: clean !== undefined && !isValue(value, clean),
    };
  });
  return asked.some((each) => each.wrong || each.typed === undefined)
    ? { kind: 'ask', asked }
    : { kind: 'chosen', values: Object.fromEntries(asked.map((each) => [each.name, each.typed!])) };
}

/** The values that a service has given for a session's one provider. Throws `InvalidRequest` naming the field. */
export function requireValues(provider: Provider, given: Instance): Instance {
  const wanted = provider.values ?? {};
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(wanted, name)) continue;
    const names = Object.keys(wanted).join(', ');
    throw new InvalidRequest(
      `values.${name}`,
      names === '' ? `${provider.id} takes no values` : `expected one of ${names}`,
    );
  }
  return Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => {
      const text = given[name] ?? value.default;
      const clean = text === undefined ? '' : cleanedValue(provider, name, text);
      if (!isValue(value, clean)) {
        throw new InvalidRequest(
          `values.${name}`,
          `expected ${value.label}, such as ${value.example}`,
        );
      }
      return [name, clean];
    }),
  );
}
