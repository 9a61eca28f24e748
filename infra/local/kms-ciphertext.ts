import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError } from './aws-error.ts';
import type { MasterKey } from './kms-keys.ts';

export type EncryptionContext = Record<string, string>;

// version (1), key id (16), nonce (12), tag (16), ciphertext
const VERSION = 1;
const NONCE_AT = 17;
const TAG_AT = 29;
const TEXT_AT = 45;

/** AES-256-GCM under the master key; the context and the header are authenticated. */
export function encryptUnderKey(
  key: MasterKey,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const header = Buffer.concat([
    Buffer.of(VERSION),
    Buffer.from(key.keyId.replaceAll('-', ''), 'hex'),
    randomBytes(12),
  ]);
  const nonce = header.subarray(NONCE_AT, TAG_AT);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key.material, 'base64'), nonce);
  cipher.setAAD(additionalData(header, context));
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, cipher.getAuthTag(), text]);
}

/** The key id that a ciphertext names. Throws `InvalidCiphertextException`. */
export function keyIdOf(ciphertext: Buffer): string {
  if (ciphertext.length < TEXT_AT || ciphertext[0] !== VERSION) throw invalidCiphertext();
  const hex = ciphertext.subarray(1, NONCE_AT).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Throws `InvalidCiphertextException` for another key, another context or a changed byte. */
export function decryptUnderKey(
  key: MasterKey,
  ciphertext: Buffer,
  context: EncryptionContext,
): Buffer {
  for (const material of [key.material, ...(key.earlierMaterial ?? [])]) {
    const plaintext = tryMaterial(material, ciphertext, context);
    if (plaintext !== undefined) return plaintext;
  }
  throw invalidCiphertext();
}

function tryMaterial(
  material: string,
  ciphertext: Buffer,
  context: EncryptionContext,
): Buffer | undefined {
  const header = ciphertext.subarray(0, TAG_AT);
  const nonce = header.subarray(NONCE_AT);
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(material, 'base64'), nonce, {
    authTagLength: 16,
  });
  decipher.setAAD(additionalData(header, context));
  decipher.setAuthTag(ciphertext.subarray(TAG_AT, TEXT_AT));
  try {
    return Buffer.concat([decipher.update(ciphertext.subarray(TEXT_AT)), decipher.final()]);
  } catch {
    return undefined;
  }
}

// AWS sends this error without a message.
export const invalidCiphertext = () => new AwsError('InvalidCiphertextException', '');

// JSON of the sorted pairs is one-to-one: no two contexts share it, and order does not matter.
function additionalData(header: Buffer, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([header, Buffer.from(JSON.stringify(pairs))]);
}
