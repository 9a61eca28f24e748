import { randomBytes } from 'node:crypto';
import { ACCOUNT } from './aws-account.ts';
import {
  AwsError,
  type AwsInput,
  type AwsOperation,
  optionalBytes,
  optionalString,
  requiredString,
} from './aws-error.ts';
import {
  decryptUnderKey,
  type EncryptionContext,
  encryptUnderKey,
  invalidCiphertext,
  keyIdOf,
} from './kms-ciphertext.ts';
import { findKey, type KeyStore, type MasterKey, rotateKey } from './kms-keys.ts';

const ALGORITHM = 'SYMMETRIC_DEFAULT';

/**
 * The operations of KMS that the project uses, by name, on symmetric keys.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/
 */
export function kms(store: KeyStore): Record<string, AwsOperation> {
  const keyOf = (input: AwsInput) => findKey(store, requiredString(input, 'KeyId'));
  return {
    DescribeKey: (input) => ({ KeyMetadata: describe(keyOf(input)) }),
    Encrypt: (input) => {
      const key = keyOf(input);
      const plaintext = optionalBytes(input, 'Plaintext') ?? Buffer.alloc(0);
      if (plaintext.length < 1 || plaintext.length > 4096) {
        throw new AwsError('ValidationException', 'Plaintext: expected 1 to 4096 bytes');
      }
      const blob = encryptUnderKey(key, plaintext, readContext(input));
      return {
        KeyId: key.arn,
        CiphertextBlob: blob.toString('base64'),
        EncryptionAlgorithm: ALGORITHM,
      };
    },
    Decrypt: (input) => decrypt(store, input),
    RotateKeyOnDemand: (input) => {
      const key = keyOf(input);
      rotateKey(store, key);
      return { KeyId: key.keyId };
    },
    GenerateDataKey: (input) => generateDataKey(keyOf(input), input),
    GenerateDataKeyWithoutPlaintext: (input) => {
      const { Plaintext: _, ...answer } = generateDataKey(keyOf(input), input);
      return answer;
    },
  };
}

function generateDataKey(key: MasterKey, input: AwsInput) {
  const plaintext = randomBytes(dataKeyLength(input));
  const blob = encryptUnderKey(key, plaintext, readContext(input));
  return {
    KeyId: key.arn,
    Plaintext: plaintext.toString('base64'),
    CiphertextBlob: blob.toString('base64'),
  };
}

function dataKeyLength(input: AwsInput): number {
  const { KeySpec: spec, NumberOfBytes: bytes } = input;
  if (spec === 'AES_256' && bytes === undefined) return 32;
  if (spec === 'AES_128' && bytes === undefined) return 16;
  if (spec === undefined && Number.isInteger(bytes) && Number(bytes) > 0 && Number(bytes) <= 1024) {
    return Number(bytes);
  }
  throw new AwsError(
    'ValidationException',
    'Please specify either number of bytes (1 to 1024) or key spec (AES_256, AES_128).',
  );
}

function decrypt(store: KeyStore, input: AwsInput) {
  const blob = optionalBytes(input, 'CiphertextBlob') ?? Buffer.alloc(0);
  const keyId = keyIdOf(blob);
  const key = store.read()[keyId];
  if (!key) throw invalidCiphertext();
  const named = optionalString(input, 'KeyId');
  if (named !== undefined && findKey(store, named).keyId !== keyId) {
    throw new AwsError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  }
  const plaintext = decryptUnderKey(key, blob, readContext(input));
  return {
    KeyId: key.arn,
    Plaintext: plaintext.toString('base64'),
    EncryptionAlgorithm: ALGORITHM,
  };
}

function readContext(input: AwsInput): EncryptionContext {
  const context = input['EncryptionContext'] ?? {};
  if (
    typeof context !== 'object' ||
    Array.isArray(context) ||
    !Object.values(context).every((value) => typeof value === 'string')
  ) {
    throw new AwsError('SerializationException', 'EncryptionContext: expected a map of strings');
  }
  return context as EncryptionContext;
}

function describe(key: MasterKey) {
  return {
    AWSAccountId: ACCOUNT,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: key.createdDate,
    Description: key.description ?? '',
    Enabled: true,
    KeyManager: 'CUSTOMER',
    KeySpec: ALGORITHM,
    KeyState: 'Enabled',
    KeyUsage: 'ENCRYPT_DECRYPT',
    EncryptionAlgorithms: [ALGORITHM],
    MultiRegion: false,
    Origin: 'AWS_KMS',
  };
}
