import { type FunctionName, functionNames } from '../shared/routes.ts';

/** What `make` gives for each function, by its name. */
export function mapFunctions<T>(make: (name: FunctionName) => T): Record<FunctionName, T> {
  return Object.fromEntries(functionNames.map((name) => [name, make(name)])) as Record<
    FunctionName,
    T
  >;
}
