import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, parseJson, textAt, textOf } from '../../shared/oauth/json.ts';
import { attempt, fuzz } from '../support/fuzz.ts';
import { hostileText, jsonText, mutated } from '../support/hostile.ts';

const NAMES = ['id', 'data', 'a', '0', 'length', '__proto__', 'constructor'];
const document = fc.oneof(jsonText(NAMES), mutated(jsonText(NAMES)), hostileText());
const step = fc.constantFrom(...NAMES, 'toString');
const path = fc.oneof(
  hostileText(),
  fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => steps.join('.')),
);

test('a path finds own members alone, and a text of what it finds', () =>
  fuzz([document, path], ['found', 'nothing', 'no JSON'], async (text, where) => {
    let value: unknown;
    try {
      value = parseJson(text);
    } catch (error) {
      assert.ok(error instanceof SyntaxError);
      return 'no JSON';
    }
    const found = (await attempt(() => at(value, where))) as { value: unknown };
    if (where !== '')
      assert.ok(found.value !== Object.prototype && typeof found.value !== 'function');
    for (const named of [textAt(value, where), textOf(value, `{${where}}:{id}`)]) {
      assert.ok(named === undefined || (typeof named === 'string' && named !== ''));
    }
    return found.value === undefined ? 'nothing' : 'found';
  }));

test('row 52: a number keeps every digit: neighbours do not become one', () =>
  fuzz([fc.bigInt(), fc.integer({ min: 1, max: 9 })], ['kept'], async (id, distance) => {
    const neighbour = id + BigInt(distance);
    const value = parseJson(`{"a":${id},"b":[${neighbour}]}`);
    const found = [textAt(value, 'a'), textAt(value, 'b.0')];
    assert.deepEqual(found, [String(id), String(neighbour)]);
    return 'kept';
  }));
