import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { SealBroken } from '../errors.ts';

/**
 * Format 1 of a sealed value (docs/sealing.md):
 *
 *     1 byte   format, 0x01
 *     16 bytes salt
 *     2 bytes  length n of the encrypted data key, big-endian
 *     n bytes  encrypted data key (KMS CiphertextBlob)
 *     12 bytes initialization vector
 *     rest     AES-256-GCM ciphertext, then its 16-byte tag
 */
const FORMAT = 1;
const SALT_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Where a sealed value stands. A value opens only where it was sealed. */
export interface SealContext {
  kind: 'tokens' | 'profile';
  owner: string;
  provider: string;
  account: string;
  /** Random, written in the row beside the value, new for each value. */
  writeId: string;
}

export interface BlobHeader {
  salt: Uint8Array;
  encryptedDataKey: Uint8Array;
}

interface Blob extends BlobHeader {
  iv: Uint8Array;
  ciphertext: Uint8Array;
  tag: Uint8Array;
}

/** Values one after the other, each behind its length in bytes (4 bytes, big-endian), so that no two lists meet. */
export function lengthPrefixed(values: (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const bytes = Buffer.from(value as string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/**
 * What KMS sees and CloudTrail keeps: no personal data, so the row is named by a salted hash.
 * Profiles share a data key, so theirs names only the kind.
 */
export function encryptionContext(salt: Uint8Array, context: SealContext): Record<string, string> {
  if (context.kind === 'profile') return { v: '1', kind: 'profile' };
  const row = createHash('sha256')
    .update(salt)
    .update(lengthPrefixed([context.owner, context.provider, context.account]))
    .digest('base64url');
  return { v: '1', kind: context.kind, provider: context.provider, row };
}

function additionalData(header: BlobHeader, context: SealContext): Buffer {
  const { kind, owner, provider, account, writeId } = context;
  return lengthPrefixed([
    Uint8Array.of(FORMAT),
    header.salt,
    header.encryptedDataKey,
    kind,
    owner,
    provider,
    account,
    writeId,
  ]);
}

export function encrypt(
  plaintext: Uint8Array,
  dataKey: Uint8Array,
  header: BlobHeader,
  iv: Uint8Array,
  context: SealContext,
): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', dataKey, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(header, context));
  const keyLength = Buffer.alloc(2);
  keyLength.writeUInt16BE(header.encryptedDataKey.length);
  return Buffer.concat([
    Uint8Array.of(FORMAT),
    header.salt,
    keyLength,
    header.encryptedDataKey,
    iv,
    cipher.update(plaintext),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** Splits a sealed value into its parts; `SealBroken` when it is none. */
export function parseBlob(bytes: Uint8Array): Blob {
  const blob = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const keyAt = 1 + SALT_BYTES + 2;
  if (blob.length < keyAt || blob[0] !== FORMAT) {
    throw new SealBroken('not a sealed value of format 1');
  }
  const ivAt = keyAt + blob.readUInt16BE(1 + SALT_BYTES);
  if (blob.length < ivAt + IV_BYTES + TAG_BYTES) throw new SealBroken('a sealed value cut short');
  return {
    salt: blob.subarray(1, 1 + SALT_BYTES),
    encryptedDataKey: blob.subarray(keyAt, ivAt),
    iv: blob.subarray(ivAt, ivAt + IV_BYTES),
    ciphertext: blob.subarray(ivAt + IV_BYTES, -TAG_BYTES),
    tag: blob.subarray(-TAG_BYTES),
  };
}

/** `SealBroken` when the value was altered or stands in another row than it was sealed for. */
export function decrypt(blob: Blob, dataKey: Uint8Array, context: SealContext): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', dataKey, blob.iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(additionalData(blob, context));
  decipher.setAuthTag(blob.tag);
  try {
    return Buffer.concat([decipher.update(blob.ciphertext), decipher.final()]);
  } catch {
    throw new SealBroken(`sealed ${context.kind} do not open in the row where they stand`);
  }
}
