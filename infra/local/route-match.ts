/** One route of an HTTP API: `{name}` in the path stands for one segment. */
export interface LocalRoute {
  method: string;
  path: string;
  functionName: string;
}

export interface RouteMatch<R extends LocalRoute> {
  route: R;
  /** Decoded. */
  pathParameters: Record<string, string>;
}

/**
 * The route for a method and a path, or undefined. As on an HTTP API the method is compared as it
 * stands: HEAD reaches no GET route. Literal segments go before variables. A segment that is no
 * valid percent-encoding matches nothing.
 */
export function matchRoute<R extends LocalRoute>(
  routes: readonly R[],
  method: string,
  path: string,
): RouteMatch<R> | undefined {
  const segments = path.split('/');
  let best: { match: RouteMatch<R>; variables: number } | undefined;
  for (const route of routes) {
    if (route.method !== method) continue;
    const pathParameters = matchSegments(route.path.split('/'), segments);
    if (pathParameters === undefined) continue;
    const variables = Object.keys(pathParameters).length;
    if (best === undefined || variables < best.variables) {
      best = { match: { route, pathParameters }, variables };
    }
  }
  return best?.match;
}

function matchSegments(pattern: string[], segments: string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(expected)?.[1];
    if (name === undefined) {
      if (expected !== actual) return undefined;
      continue;
    }
    const value = decode(actual);
    if (!value) return undefined;
    parameters[name] = value;
  }
  return parameters;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
