import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { clientSettings } from '../aws.ts';
import { SealBroken } from '../errors.ts';

/** 256-bit data keys, bound to an encryption context. */
export interface DataKeys {
  generate(context: Record<string, string>): Promise<{
    dataKey: Uint8Array;
    encryptedDataKey: Uint8Array;
  }>;
  decrypt(encryptedDataKey: Uint8Array, context: Record<string, string>): Promise<Uint8Array>;
}

// Another context or a changed byte, and a data key that was made under another key.
const REFUSED = ['InvalidCiphertextException', 'IncorrectKeyException'];

/** Data keys of AWS KMS under the key `keyId` (an ARN, so that a blob names no other key). */
export function kmsDataKeys(keyId: string, client = new KMSClient(clientSettings)): DataKeys {
  return {
    async generate(context) {
      const made = await client.send(
        new GenerateDataKeyCommand({
          KeyId: keyId,
          KeySpec: 'AES_256',
          EncryptionContext: context,
        }),
      );
      return { dataKey: made.Plaintext!, encryptedDataKey: made.CiphertextBlob! };
    },

    async decrypt(encryptedDataKey, context) {
      try {
        const opened = await client.send(
          new DecryptCommand({
            KeyId: keyId,
            CiphertextBlob: encryptedDataKey,
            EncryptionContext: context,
          }),
        );
        return opened.Plaintext!;
      } catch (error) {
        if (error instanceof Error && REFUSED.includes(error.name)) {
          throw new SealBroken('KMS does not open this data key in the row where it stands');
        }
        throw error;
      }
    },
  };
}
