import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decrypt, encrypt, parseBlob, type SealContext } from '../../shared/vault/sealed-blob.ts';
import { attempt, fuzz } from '../support/fuzz.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const name = fc.string({ unit: 'grapheme', maxLength: 20 });
const context: fc.Arbitrary<SealContext> = fc.record({
  kind: fc.constantFrom('tokens', 'profile'),
  owner: name,
  provider: fc.constantFrom('github', 'git', 'hub'),
  account: name,
  writeId: name,
});
const sealing = fc.record({
  plaintext: fc.uint8Array({ maxLength: 300 }),
  dataKey: bytes(32),
  salt: bytes(16),
  encryptedDataKey: fc.uint8Array({ maxLength: 400 }),
  iv: bytes(12),
  context,
});
type Sealing = typeof sealing extends fc.Arbitrary<infer T> ? T : never;

const seal = ({ plaintext, dataKey, salt, encryptedDataKey, iv, context }: Sealing) =>
  encrypt(plaintext, dataKey, { salt, encryptedDataKey }, iv, context);

test('row 38: what was sealed opens in its own row, and in no other', () =>
  fuzz([sealing, context], ['refused'], async (sealed, elsewhere) => {
    const blob = seal(sealed);
    const opened = decrypt(parseBlob(blob), sealed.dataKey, sealed.context);
    assert.deepEqual(Buffer.from(opened), Buffer.from(sealed.plaintext));
    for (const [field, value] of Object.entries(elsewhere)) {
      const other = { ...sealed.context, [field]: value };
      if (value === sealed.context[field as keyof SealContext]) continue;
      const { error } = await attempt(() => decrypt(parseBlob(blob), sealed.dataKey, other));
      assert.equal(error?.name, 'SealBroken', field);
    }
    return 'refused';
  }));

const change = fc.record({
  at: fc.nat(),
  cut: fc.nat(60),
  put: fc.uint8Array({ maxLength: 40 }),
});

test('row 38: an altered value does not open, and never ends in anything but SealBroken', () =>
  fuzz([sealing, change], ['refused', 'unchanged'], async (sealed, { at, cut, put }) => {
    const blob = Buffer.from(seal(sealed));
    const place = at % (blob.length + 1);
    const altered = Buffer.concat([blob.subarray(0, place), put, blob.subarray(place + cut)]);
    const { value, error } = await attempt(() =>
      decrypt(parseBlob(altered), sealed.dataKey, sealed.context),
    );
    if (altered.equals(blob)) {
      assert.deepEqual(Buffer.from(value!), Buffer.from(sealed.plaintext));
      return 'unchanged';
    }
    assert.equal(error?.name, 'SealBroken');
    return 'refused';
  }));

const byte = (...common: number[]) => fc.oneof(fc.constantFrom(...common), fc.nat(255));
const anything = fc
  .tuple(
    byte(1),
    bytes(16),
    byte(0),
    byte(0, 184, 255),
    fc.uint8Array({ maxLength: 300, size: 'max' }),
  )
  .chain(([format, salt, high, low, rest]) => {
    const whole = Buffer.from([format, ...salt, high, low, ...rest]);
    return fc.nat(whole.length * 4).map((end) => whole.subarray(0, end));
  });

test('any bytes are the parts of a value, or SealBroken', () =>
  fuzz([anything], ['parts', 'refused'], async (all) => {
    const { value, error } = await attempt(() => parseBlob(all));
    if (error !== undefined) {
      assert.equal(error.name, 'SealBroken');
      return 'refused';
    }
    const { salt, encryptedDataKey, iv, ciphertext, tag } = value;
    const parts = [salt, encryptedDataKey, iv, ciphertext, tag];
    const length = parts.reduce((sum, part) => sum + part.length, 1 + 2);
    assert.deepEqual([length, tag.length], [all.length, 16]);
    return 'parts';
  }));
