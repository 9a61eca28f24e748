import type { ProviderEntry } from '../../shared/providers/provider.ts';

/** One change to an entry, as a person could have mistyped it. */
export interface Mutation {
  /** Path of what is changed, and how. */
  name: string;
  entry: ProviderEntry;
}

/** What nobody's protocol depends on: words for people, which a test of their own looks at. */
const WORDS = ['id', 'name', 'source', 'checked', 'notes', 'registration', 'scopeDescriptions'];
const WORDS_WITHIN = ['label', 'example', 'placeholder'];
/** Members whose names count and whose values are words. */
const NAMES_ONLY = ['clientFields'];

/** Other values that the schema allows, where it allows only some. */
const CHOICES: Record<string, unknown[]> = {
  scopeSeparator: [' ', ',', '+'],
  pkce: ['S256', 'plain', false],
  clientAuthentication: [
    'client_secret_basic',
    'client_secret_post',
    'client_secret_as_user',
    'none',
  ],
  userInfoClientAuthentication: ['client_secret_post', 'none'],
  tokenRequestFormat: ['form', 'json'],
  responseMode: ['query', 'form_post'],
  rotation: ['none', 'rotates', 'single_use'],
  idToken: ['required', 'without_nonce', 'ignored'],
  userInfoFrom: ['user_info', 'id_token', 'token_response'],
  userInfoMethod: ['GET', 'POST'],
  revocationScope: ['token', 'grant'],
  method: ['GET', 'POST', 'DELETE'],
  format: ['form', 'json', 'query'],
  token: ['refresh_token', 'access_token', 'each'],
  authentication: ['client_secret_basic', 'client_secret_post', 'none', 'bearer', null],
  from: ['callback', 'token_response'],
};
const ERRORS = ['invalid_grant', 'invalid_client', 'temporarily_unavailable'];

/** Every field of an entry, taken away and changed, one at a time. */
export function mutationsOf(entry: ProviderEntry): Mutation[] {
  return Object.entries(entry)
    .filter(([field]) => !WORDS.includes(field))
    .flatMap(([field, value]) =>
      changes(field, field, value).map(({ name, value: other }) => ({
        name,
        entry: withMember(entry, field, other) as unknown as ProviderEntry,
      })),
    );
}

interface Change {
  name: string;
  /** `undefined`: it is taken away. */
  value: unknown;
}

function changes(path: string, field: string, value: unknown): Change[] {
  const gone: Change = { name: `- ${path}`, value: undefined };
  if (field === 'extends') return [];
  if (Array.isArray(value)) return [gone, ...ofItems(path, field, value)];
  if (typeof value === 'object' && value !== null) {
    return [gone, ...ofMembers(path, field, value as Record<string, unknown>)];
  }
  return [gone, ...ofScalar(path, field, value)];
}

function ofItems(path: string, field: string, items: unknown[]): Change[] {
  return items.flatMap((item, index) => {
    const at = `${path}.${index}`;
    const without = items.filter((_, other) => other !== index);
    return [
      ...(without.length > 0 ? [{ name: `- ${at}`, value: without }] : []),
      ...changes(at, field, item)
        .filter(({ value }) => value !== undefined)
        .map(({ name, value }) => ({ name, value: items.with(index, value) })),
    ];
  });
}

function ofMembers(path: string, field: string, members: Record<string, unknown>): Change[] {
  return Object.entries(members)
    .filter(([name]) => !WORDS_WITHIN.includes(name))
    .flatMap(([name, value]) =>
      changes(`${path}.${name}`, field === 'errors' ? 'error' : name, value)
        .filter((change) => change.value === undefined || !NAMES_ONLY.includes(field))
        .map((change) => ({
          name: change.name,
          value: withMember(members, name, change.value),
        })),
    );
}

function ofScalar(path: string, field: string, value: unknown): Change[] {
  const to = (other: unknown): Change => ({
    name: `${path} -> ${JSON.stringify(other)}`,
    value: other,
  });
  const choices = field === 'error' ? ERRORS : CHOICES[field];
  if (choices?.includes(value)) return [to(choices[(choices.indexOf(value) + 1) % choices.length])];
  switch (typeof value) {
    case 'boolean':
      return [to(!value)];
    case 'number':
      return [to(value + 1)];
    case 'string':
      return /^https:/.test(value)
        ? [to(`${value}x`), to(value.replace('https://', 'https://other.'))]
        : [to(`${value}x`)];
    default:
      return [];
  }
}

function withMember(object: object, name: string, value: unknown): Record<string, unknown> {
  const { [name]: _, ...rest } = object as Record<string, unknown>;
  return value === undefined ? rest : { ...rest, [name]: value };
}
