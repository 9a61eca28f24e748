import * as v from 'valibot';
import type { Configuration } from '../../shared/configuration.ts';
import { InvalidRequest } from '../../shared/errors.ts';
import { IDENTITY_EXPECTED, isIdentity, PROVIDER_ID } from '../../shared/identity.ts';

/** Fields of service requests, each with what is expected of it. */
export const identity = v.custom<string>(isIdentity, `expected ${IDENTITY_EXPECTED}`);

/** A provider that the configuration may know no more; a key of the table holds it. */
export const providerId = v.pipe(
  v.string('expected a provider id'),
  v.regex(PROVIDER_ID, 'expected a provider id'),
  v.maxLength(256, 'expected a provider id'),
);

// RFC 6749 section 3.3: scope-token.
export const scope = v.pipe(
  v.string('expected a scope'),
  v.regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'expected a scope, without spaces and quotes'),
);

export const scopes = v.pipe(
  v.array(scope, 'expected a list of scopes'),
  v.maxLength(100, 'expected at most 100 scopes'),
);

/**
 * Checks a request; members that are not in the schema are ignored. Throws `InvalidRequest` naming the
 * field and what was expected.
 */
export function parseRequest<T extends v.GenericSchema>(
  schema: T,
  event: unknown,
): v.InferOutput<T> {
  const result = v.safeParse(schema, event);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  // A message of the library's own quotes what it was given, and that may hold a token.
  if (path === null) throw new InvalidRequest('request', 'expected a JSON object');
  throw new InvalidRequest(
    fieldOf(path),
    issue.received === 'undefined' ? 'expected a value, found none' : issue.message,
  );
}

/** The path in a request, up to what is no name of a field: that is the caller's own text. */
function fieldOf(path: string): string {
  return /^\w{1,40}(\.\w{1,40})*(?=\.|$)/.exec(path)?.[0] ?? 'request';
}

/** The provider of a request, which must be one of the configuration. */
export function requireProvider({ providers }: Configuration, id: string): void {
  if (Object.hasOwn(providers, id)) return;
  throw new InvalidRequest(
    'provider',
    `expected a configured provider (${Object.keys(providers).join(', ')})`,
  );
}
