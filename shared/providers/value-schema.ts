import * as v from 'valibot';
import { matchesPattern } from './instance.ts';

/** A URL template with something in place of its values, to be judged as a URL. */
export function sampleOf(template: string): string {
  return template.replace(/^\{\w+\}/, 'https://sample.example.com').replace(/\{\w+\}/g, 'sample');
}

const text = v.pipe(v.string('expected a string'), v.minLength(1, 'expected a text'));

// What has a meaning of its own in the addresses of the browser's door.
const RESERVED = ['s', 'session', 'continue', 'ask', 'client_id'];
const name = v.pipe(
  text,
  v.regex(/^[a-z][a-z0-9_]*$/, 'expected a name of lower-case letters, digits and "_"'),
  v.check((value) => !RESERVED.includes(value), 'expected another name: this one is taken'),
);

// What would make another host, another path or another user of a URL that holds the value.
const HOSTILE = [
  '',
  '.',
  '..',
  '-',
  'a.b',
  'evil.com',
  'evil.com#',
  'evil.com/',
  'evil.com:443',
  'x@y',
  'a/b',
  'a\\b',
  'a:b',
  'a?b',
  'a#b',
  'a%2fb',
  'a b',
  'a\nb',
  'a{b}',
  'a\u3002b',
  'a\u2044b',
];
const around = (example: string) => [
  `${example}#`,
  `${example}/`,
  `${example}?`,
  `${example}@evil.com`,
  `${example}.evil.com`,
  `${example}\n`,
  `evil.com#${example}`,
  `evil.com/${example}`,
  `evil.com?${example}`,
  `evil.com\n${example}`,
  `x@${example}`,
  `x:y@${example}`,
  `../${example}`,
  `.${example}`,
  `${example}.`,
];

const isPattern = (pattern: string) => {
  try {
    return new RegExp(`^(?:${pattern})$`) instanceof RegExp;
  } catch {
    return false;
  }
};

const value = v.pipe(
  v.strictObject({
    label: text,
    pattern: v.pipe(text, v.check(isPattern, 'expected a regular expression')),
    example: text,
    placeholder: v.optional(text),
    default: v.optional(text),
  }),
  v.forward(
    v.check(
      ({ pattern, example }) =>
        [...HOSTILE, ...around(example)].every((each) => !matchesPattern(pattern, each)),
      'expected a pattern that lets no other host or path through, such as "[a-z0-9][a-z0-9-]*"',
    ),
    ['pattern'],
  ),
  v.forward(
    v.check(
      ({ pattern, example }) => matchesPattern(pattern, example),
      'expected an example that the pattern allows',
    ),
    ['example'],
  ),
  v.forward(
    v.check(
      (each) => each.default === undefined || matchesPattern(each.pattern, each.default),
      'expected a default that the pattern allows',
    ),
    ['default'],
  ),
);

export const values = v.record(name, value, 'expected an object of values');

const host = v.pipe(
  text,
  v.regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
    'expected a host such as "api.example.com" or "*.example.com"',
  ),
);

export const keptValue = v.strictObject({
  name,
  from: v.picklist(['callback', 'token_response'], 'expected "callback" or "token_response"'),
  path: v.pipe(text, v.regex(/^[\w-]+(\.[\w-]+)*$/, 'expected a path such as "data.0.id"')),
  hosts: v.optional(v.pipe(v.array(host), v.minLength(1, 'expected at least one host'))),
  default: v.optional(text),
});
