import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { parseRequest, providerId } from '../../functions/runtime/request-fields.ts';

const schema = v.object({
  providers: v.optional(v.array(providerId, 'expected a list of provider ids')),
  values: v.optional(v.record(v.string(), v.string('expected a text'))),
});
const refused = (request: unknown, message: string) =>
  assert.throws(() => parseRequest(schema, request), { name: 'InvalidRequest', message });

test("a member's name that is no name stood in the message, and so in the log", () => {
  refused({ values: { shop: 7 } }, 'values.shop: expected a text');
  refused({ values: { 'canary s3cret': 7 } }, 'values: expected a text');
  refused({ values: { ['x'.repeat(5_000)]: 7 } }, 'values: expected a text');
});

test('a provider id is one, and never longer than a key of the table may be', () => {
  assert.deepEqual(parseRequest(schema, { providers: ['github'] }).providers, ['github']);
  for (const wrong of ['canary s3cret', 'g'.repeat(257), '', 7, '__proto__']) {
    refused({ providers: [wrong] }, 'providers.0: expected a provider id');
  }
});
