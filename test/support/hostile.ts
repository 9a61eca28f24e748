import fc from 'fast-check';
import { CANARY } from './fuzz.ts';

/** What has a meaning of its own somewhere: in URLs, headers, HTML, JSON, JavaScript, Unicode. */
const FRAGMENTS = [
  ...['', CANARY, '__proto__', 'constructor', 'prototype', 'toString', 'null', 'undefined'],
  ...['valueOf', 'hasOwnProperty', 'length', 'name', 'call', 'apply', 'bind', 'arguments'],
  ...['\0', '\r\n', '\t', ' ', '%00', '%0d%0a', '%2f', '%5c', '%', '+', '.', '..', '/', '//', '\\'],
  ...[
    '@',
    '#',
    '?',
    '&',
    '=',
    ';',
    ':',
    ',',
    '<script>',
    '"',
    "'",
    '`',
    '{',
    '}',
    '[',
    ']',
    '{id}',
  ],
  ...['https://', 'http://', 'javascript:', 'evil.example', '127.0.0.1', '[::1]', 'localhost'],
  ...['\u0130', 'é', 'e\u0301', '\u202e', '\u2028', '\u3002', '\ufeff', '\ud800', '\udfff', '𝒳'],
  ...['0', '-0', '-1', '1e309', '12345678901234567890', 'NaN', '9'.repeat(400), 'a'.repeat(5_000)],
];

// Not fc.string: to make one of every code point takes a second, in each file.
const characters = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10_ffff)), { maxLength: 12 })
  .map((codePoints) => String.fromCodePoint(...codePoints));

/** Text of the fragments, of those that the parser itself knows, and of any characters. */
export function hostileText(...known: string[]): fc.Arbitrary<string> {
  const fragment = fc.constantFrom(...known, ...FRAGMENTS);
  return fc.oneof(
    fragment,
    characters,
    fc.array(fc.oneof(fragment, characters), { maxLength: 8 }).map((parts) => parts.join('')),
  );
}

/** A good text with up to three places cut out, replaced or grown. */
export function mutated(good: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.tuple(fc.nat(), fc.nat(4), hostileText());
  return fc.tuple(good, fc.array(change, { maxLength: 3 })).map(([text, changes]) =>
    changes.reduce((changed, [place, length, instead]) => {
      const at = place % (changed.length + 1);
      return changed.slice(0, at) + instead + changed.slice(at + length);
    }, text),
  );
}

/** The text of a JSON value, with members of the parser's own names, doubled ones, and odd numbers. */
export function jsonText(
  names: string[],
  value: fc.Arbitrary<string> = fc.constant('null'),
): fc.Arbitrary<string> {
  const name = fc.oneof(
    { arbitrary: fc.constantFrom(...names), weight: 8 },
    { arbitrary: hostileText(), weight: 1 },
  );
  const leaf = fc.oneof(
    value,
    hostileText().map((text) => JSON.stringify(text)),
    fc.double().map(String).filter(isJson),
    fc.constantFrom('null', 'true', 'false', '0', '-1', '1e309', '12345678901234567890', '""'),
  );
  const { object } = fc.letrec<{ any: string; array: string; object: string }>((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, leaf, tie('array'), tie('object')),
    array: fc.array(tie('any'), { maxLength: 4 }).map((items) => `[${items.join()}]`),
    object: fc
      .array(fc.tuple(name, fc.oneof(leaf, tie('any'))), { maxLength: 8 })
      .map(
        (members) => `{${members.map(([key, item]) => `${JSON.stringify(key)}:${item}`).join()}}`,
      ),
  }));
  return object;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
