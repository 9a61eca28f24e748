import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, parseJson, textAt, textOf } from '../../shared/oauth/json.ts';

test('two ids above 2^53 stay two', () => {
  const ids = ['9007199254740993', '9007199254740992', '123456789012345678901234567890'];
  for (const id of ids) assert.equal(textAt(parseJson(`{"id": ${id}}`), 'id'), id);
  assert.equal(textAt(parseJson('{"id": -9007199254740993}'), 'id'), '-9007199254740993');
});

test('numbers that a double holds stay numbers', () => {
  assert.deepEqual(parseJson('{"a": 1, "b": 0.5, "c": [9007199254740991], "d": true, "e": null}'), {
    a: 1,
    b: 0.5,
    c: [9007199254740991],
    d: true,
    e: null,
  });
});

test('any whole number survives as its text', () => {
  fc.assert(
    fc.property(fc.bigInt(), (id) => {
      assert.equal(textAt(parseJson(`{"user": {"id": ${id}}}`), 'user.id'), String(id));
    }),
  );
});

test('a path leads through objects and lists, and never into a prototype', () => {
  const value = { data: [{ id: 'x' }], empty: '', no: null };
  assert.equal(at(value, 'data.0.id'), 'x');
  assert.equal(at(value, ''), value);
  for (const path of ['data.1.id', 'no.id', 'constructor.name', 'data.length.x', '__proto__.x']) {
    assert.equal(at(value, path), undefined, path);
  }
  assert.equal(textAt(value, 'empty'), undefined);
  assert.equal(textAt(value, 'no'), undefined);
  assert.equal(textAt(value, 'data'), undefined);
  assert.equal(textAt(value, undefined), undefined);
});

test('a text with paths in braces needs every one of them', () => {
  const value = { team: { id: 'T1' }, id: 7, other: { $: '$&' } };
  assert.equal(textOf(value, '{team.id}:{id}'), 'T1:7');
  assert.equal(textOf(value, 'id'), '7');
  assert.equal(textOf(value, '{team.id}:{missing}'), undefined);
  assert.equal(textOf({ a: '$&', b: '{c}' }, '{a}{b}'), '$&{c}');
  assert.equal(textOf(value, undefined), undefined);
});
