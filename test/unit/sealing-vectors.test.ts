import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import vectors from '../../docs/sealing-vectors.json' with { type: 'json' };
import { SealBroken } from '../../shared/errors.ts';
import {
  decrypt,
  encrypt,
  encryptionContext,
  parseBlob,
  type SealContext,
} from '../../shared/vault/sealed-blob.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

// The vectors are fixed: what was sealed in format 1 must open for as long as rows hold it.
describe('test vectors of format 1', () => {
  for (const vector of vectors.opens) {
    const context = vector.context as SealContext;
    const header = { salt: bytes(vector.salt), encryptedDataKey: bytes(vector.encryptedDataKey) };

    test(`opens: ${vector.name}`, () => {
      const blob = parseBlob(bytes(vector.sealed));
      assert.deepEqual(encryptionContext(blob.salt, context), vector.encryptionContext);
      assert.deepEqual(
        { salt: blob.salt, encryptedDataKey: blob.encryptedDataKey, iv: blob.iv },
        { ...header, iv: bytes(vector.iv) },
      );
      const plaintext = decrypt(blob, bytes(vector.dataKey), context);
      assert.equal(Buffer.from(plaintext).toString(), vector.plaintext);
    });

    test(`is sealed to the same bytes: ${vector.name}`, () => {
      const plaintext = Buffer.from(vector.plaintext);
      const sealed = encrypt(plaintext, bytes(vector.dataKey), header, bytes(vector.iv), context);
      assert.equal(Buffer.from(sealed).toString('hex'), vector.sealed);
    });
  }

  for (const { name, context, dataKey, sealed } of vectors.refused) {
    test(`row 38: does not open: ${name}`, () => {
      assert.throws(
        () => decrypt(parseBlob(bytes(sealed)), bytes(dataKey), context as SealContext),
        SealBroken,
      );
    });
  }
});
