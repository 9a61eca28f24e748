import { randomBytes, randomUUID } from 'node:crypto';
import { arn } from './aws-account.ts';
import { AwsError } from './aws-error.ts';
import { type JsonStore, openJsonStore } from './json-store.ts';

export interface MasterKey {
  keyId: string;
  arn: string;
  description?: string;
  /** `alias/...` */
  aliases: string[];
  createdDate: number;
  /** 32 bytes, base64. */
  material: string;
  /** What it was before it was rotated: it still opens. */
  earlierMaterial?: string[];
}

/** By key id. */
export type KeyStore = JsonStore<Record<string, MasterKey>>;

export const openKeyStore = (path?: string): KeyStore => openJsonStore(path, {});

/** The ARN of the key that has this alias; makes the key where there is none. */
export function ensureKey(store: KeyStore, alias: string, description?: string): string {
  const existing = Object.values(store.read()).find((key) => key.aliases.includes(alias));
  if (existing) return existing.arn;
  const keyId = randomUUID();
  const key: MasterKey = {
    keyId,
    arn: arn('kms', `key/${keyId}`),
    ...(description !== undefined && { description }),
    aliases: [alias],
    createdDate: Date.now() / 1000,
    material: newMaterial(),
  };
  store.write((keys) => {
    keys[keyId] = key;
  });
  return key.arn;
}

/** Gives a key new material; what was encrypted under the old one still opens. */
export function rotateKey(store: KeyStore, { keyId }: MasterKey): void {
  store.write((keys) => {
    const key = keys[keyId]!;
    key.earlierMaterial = [key.material, ...(key.earlierMaterial ?? [])];
    key.material = newMaterial();
  });
}

const newMaterial = () => randomBytes(32).toString('base64');

/** The key for a key id, a key ARN, `alias/...` or an alias ARN. Throws `NotFoundException`. */
export function findKey(store: KeyStore, id: string): MasterKey {
  const keys = Object.values(store.read());
  const aliasName = id.startsWith('alias/') ? id : /^arn:aws:kms:[^/]*:(alias\/.+)$/.exec(id)?.[1];
  if (aliasName !== undefined) {
    const named = keys.find((key) => key.aliases.includes(aliasName));
    if (named) return named;
    throw new AwsError('NotFoundException', `Alias ${arn('kms', aliasName)} is not found.`);
  }
  const found = keys.find((key) => key.keyId === id || key.arn === id);
  if (found) return found;
  const full = id.startsWith('arn:') ? id : arn('kms', `key/${id}`);
  throw new AwsError('NotFoundException', `Key '${full}' does not exist`);
}
