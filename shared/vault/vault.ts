import { SealBroken } from '../errors.ts';
import { describe } from '../incident.ts';
import type { Ports } from '../ports.ts';
import type { DataKeys } from './data-keys.ts';
import { decrypt, encrypt, encryptionContext, parseBlob, type SealContext } from './sealed-blob.ts';

/** Seals and opens values under KMS data keys. KMS out of reach: both throw, nothing falls back to plain text. */
export interface Vault {
  /** Asks KMS for a key; what it returns seals, and asks nobody any more. */
  prepare(context: SealContext): Promise<(plaintext: Uint8Array) => Uint8Array>;
  /** `SealBroken`, which is logged, when the value was altered or stands elsewhere than where it was sealed. */
  open(sealed: Uint8Array, context: SealContext): Promise<Uint8Array>;
}

interface SharedKey {
  dataKey: Uint8Array;
  encryptedDataKey: Uint8Array;
  until: number;
}

interface OpenedKey {
  dataKey: Uint8Array;
  until: number;
}

const OPENED_KEYS_AT_MOST = 1_000;
// AES-GCM with random 96-bit vectors stays safe for 2^32 messages a key; one process and hour is far below.
const SHARED_KEY_MILLISECONDS = 3_600_000;

/** `openedKeySeconds`: how long an opened data key stays in memory; 0 keeps none. */
export function makeVault(
  keys: DataKeys,
  ports: Pick<Ports, 'now' | 'random' | 'log'>,
  openedKeySeconds: number,
): Vault {
  const opened = new Map<string, OpenedKey>();
  let profileKey: SharedKey | undefined;

  async function keyForProfiles(context: Record<string, string>): Promise<SharedKey> {
    if (profileKey === undefined || profileKey.until <= ports.now()) {
      const made = await keys.generate(context);
      profileKey = { ...made, until: ports.now() + SHARED_KEY_MILLISECONDS };
    }
    return profileKey;
  }

  function remember(id: string, dataKey: Uint8Array): void {
    if (openedKeySeconds === 0) return;
    if (opened.size >= OPENED_KEYS_AT_MOST) {
      const oldest = opened.keys().next();
      if (!oldest.done) opened.delete(oldest.value);
    }
    opened.set(id, { dataKey, until: ports.now() + openedKeySeconds * 1_000 });
  }

  async function openKey(encryptedDataKey: Uint8Array, context: Record<string, string>) {
    // The context is part of the name: an opened key serves only the row that it was opened for.
    const id = `${Buffer.from(encryptedDataKey).toString('base64')} ${JSON.stringify(context)}`;
    const known = opened.get(id);
    if (known !== undefined) {
      if (known.until > ports.now()) return known.dataKey;
      opened.delete(id);
    }
    const dataKey = await keys.decrypt(encryptedDataKey, context);
    remember(id, dataKey);
    return dataKey;
  }

  return {
    async prepare(context) {
      const salt = ports.random(16);
      const forKms = encryptionContext(salt, context);
      const { dataKey, encryptedDataKey } =
        context.kind === 'profile' ? await keyForProfiles(forKms) : await keys.generate(forKms);
      return (plaintext) =>
        encrypt(plaintext, dataKey, { salt, encryptedDataKey }, ports.random(12), context);
    },

    async open(sealed, context) {
      try {
        const blob = parseBlob(sealed);
        const dataKey = await openKey(blob.encryptedDataKey, encryptionContext(blob.salt, context));
        return decrypt(blob, dataKey, context);
      } catch (error) {
        if (error instanceof SealBroken) {
          // No accident brings a value to another row: an alarm looks for this message.
          const { kind, provider } = context;
          ports.log.error('seal broken', { kind, provider, cause: describe(error) });
        }
        throw error;
      }
    },
  };
}
