import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CaptureError } from '../../shared/errors.ts';

/** Cases of each property: the same few in `npm test`, many new ones in `npm run fuzz`. */
const settings =
  process.env['npm_lifecycle_event'] === 'fuzz'
    ? { numRuns: 100_000 }
    : { numRuns: 1_000, seed: 1 };

// Processor time, so that a busy machine makes no difference.
const MICROSECONDS_AT_MOST = 2_000_000;
const MESSAGE_AT_MOST = 2_000;
const PROTOTYPE = Object.getOwnPropertyNames(Object.prototype).length;

/** Stands in hostile input for a secret: no message may hold it. */
export const CANARY = 'canary s3cret';

/**
 * Tries a check on many cases. It says what became of each, and each of the `outcomes` has to come
 * about: cases that all end at the first `if` prove nothing.
 */
export async function fuzz<Values extends [unknown, ...unknown[]], Outcome extends string>(
  arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  outcomes: readonly Outcome[],
  check: (...values: Values) => Promise<Outcome>,
): Promise<void> {
  const seen = new Map<string, number>();
  const property = fc.asyncProperty(...arbitraries, async (...values) => {
    const outcome = await check(...(values as Values));
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
  });
  await fc.assert(property, settings);
  for (const outcome of outcomes) assert.ok(seen.has(outcome), `no case was: ${outcome}`);
}

/**
 * What a parser makes of hostile input: its value or its typed error, within bounded time, without an
 * echo of the canary (unless it `mayEcho`), and without a mark on what all objects inherit. Any other
 * error is thrown on.
 */
export async function attempt<T>(
  parse: () => T | Promise<T>,
  { mayEcho = false } = {},
): Promise<{ value: T; error?: never } | { value?: never; error: CaptureError }> {
  const before = process.cpuUsage();
  const result = await Promise.resolve()
    .then(parse)
    .then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < MICROSECONDS_AT_MOST, `took ${user + system} microseconds`);
  assert.equal(Object.getOwnPropertyNames(Object.prototype).length, PROTOTYPE);
  if (!('error' in result)) return result;
  const { error } = result;
  if (!(error instanceof CaptureError)) throw error;
  if (!mayEcho) assertNoEcho(error);
  return { error };
}

function assertNoEcho(error: CaptureError): void {
  const said = JSON.stringify([error.message, { ...error }]);
  assert.ok(!said.includes(CANARY), `echoes what it was given: ${said}`);
  assert.ok(error.message.length <= MESSAGE_AT_MOST, `${error.message.length} characters`);
}
