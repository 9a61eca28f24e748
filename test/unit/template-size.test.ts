import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { CallerInput } from '../../infra/configuration.ts';
import { OUTPUTS_AT_MOST, RESOURCES_AT_MOST } from '../../infra/constructs/stack-limits.ts';
import { synthesize } from '../support/synthesize.ts';

const callers = (count: number, input: CallerInput = {}) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`caller-${index}`, input]));
const issuers = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `p${index}`,
    name: `P ${index}`,
    issuer: `https://p${index}.example.com`,
  }));

/** Callers and resources, as the docs say it. */
const [, table] = readFileSync('docs/deploy.md', 'utf8').split(
  '| Callers that may do everything |',
);
const rows = [...table!.matchAll(/^\| (\d+) \| (\d+) \|$/gm)].map((row) =>
  row.slice(1).map(Number),
);

describe('the size of the template', () => {
  test('1, 10 and 50 callers are in the docs', () => {
    assert.deepEqual(
      rows.map(([count]) => count),
      [1, 10, 50],
    );
  });

  for (const [count, expected] of rows) {
    test(`${count} callers that may do everything: ${expected} resources`, () => {
      const { template } = synthesize({ providers: ['github'], callers: callers(count!) });
      assert.equal(Object.keys(template.Resources).length, expected);
    });
  }

  test('too many callers are a mistake at synth, which says what to do', () => {
    const [[, one], [, ten]] = rows as [[number, number], [number, number]];
    const most = 1 + Math.floor((RESOURCES_AT_MOST - one) / ((ten - one) / 9));
    synthesize({ providers: ['github'], callers: callers(most) });
    assert.throws(
      () => synthesize({ providers: ['github'], callers: callers(most + 1) }),
      /^ConfigurationError: token-capture\.callers: expected fewer than these \d+: they make 50\d resources of the stack, and CloudFormation allows 500; .* name only those that it needs/,
    );
    synthesize({
      providers: ['github'],
      callers: callers(390, { functions: ['get-token'] }),
    });
  });

  test('too many providers as well', () => {
    const { template } = synthesize({ providers: issuers(75) });
    assert.ok(Object.keys(template.Outputs).length <= OUTPUTS_AT_MOST);
    assert.ok(Object.keys(template.Resources).length <= RESOURCES_AT_MOST);
    assert.throws(
      () => synthesize({ providers: issuers(110) }),
      /^ConfigurationError: token-capture\.providers: expected fewer: /,
    );
  });
});
