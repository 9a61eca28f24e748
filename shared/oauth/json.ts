type Reviver = (key: string, value: unknown, context: { source: string }) => unknown;

// A number that a double cannot hold keeps its source text: two ids above 2^53 must not become one.
const keepSource: Reviver = (_key, value, context) =>
  typeof value === 'number' && String(value) !== context.source ? context.source : value;

/** Parses JSON without loss in numbers; throws `SyntaxError`. */
export function parseJson(text: string): unknown {
  return JSON.parse(text, keepSource as (key: string, value: unknown) => unknown);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member at a path such as `a.b.0.c`; `undefined` where there is none. An empty path is the value itself. */
export function at(value: unknown, path: string): unknown {
  let found = value;
  for (const step of path === '' ? [] : path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step))
      return undefined;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}

/**
 * The text at a path, or a text with paths in braces, `{team.id}:{id}`, of which every one must be
 * there.
 */
export function textOf(value: unknown, pattern: string | undefined): string | undefined {
  if (!pattern?.includes('{')) return textAt(value, pattern);
  let complete = true;
  const text = pattern.replace(/\{([^}]*)\}/g, (_, path: string) => {
    const found = textAt(value, path);
    complete &&= found !== undefined;
    return found ?? '';
  });
  return complete ? text : undefined;
}

/** A non-empty string, or a number as its text; `undefined` for all else. */
export function textAt(value: unknown, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const found = at(value, path);
  if (typeof found === 'number') return String(found);
  return typeof found === 'string' && found !== '' ? found : undefined;
}
