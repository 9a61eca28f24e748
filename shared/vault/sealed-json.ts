import type { Ports } from '../ports.ts';
import type { SealContext } from './sealed-blob.ts';
import type { Vault } from './vault.ts';

/** The row that a value is sealed for. */
type Row = Pick<SealContext, 'owner' | 'provider' | 'account'>;

/** A sealed value and the `writeId` it was sealed with. */
export interface SealedValue {
  writeId: string;
  sealed: Uint8Array;
}

export type JsonSeal = (value: unknown) => SealedValue;

/**
 * Asks KMS ahead of a value for the row of `key`, so that it can be sealed whatever happens to KMS
 * meanwhile. For one value: its `writeId` is made here.
 */
export async function prepareJson(
  vault: Vault,
  ports: Pick<Ports, 'random'>,
  kind: SealContext['kind'],
  key: Row,
): Promise<JsonSeal> {
  const writeId = Buffer.from(ports.random(12)).toString('base64url');
  const seal = await vault.prepare(contextOf(kind, key, writeId));
  return (value) => ({ writeId, sealed: seal(Buffer.from(JSON.stringify(value))) });
}

/** Seals a value as JSON for the row of `key`. */
export async function sealJson(
  vault: Vault,
  ports: Pick<Ports, 'random'>,
  kind: SealContext['kind'],
  key: Row,
  value: unknown,
): Promise<SealedValue> {
  return (await prepareJson(vault, ports, kind, key))(value);
}

/** Opens what `sealJson` sealed. */
export async function openJson<T>(
  vault: Vault,
  kind: SealContext['kind'],
  key: Row,
  value: SealedValue,
): Promise<T> {
  const plaintext = await vault.open(value.sealed, contextOf(kind, key, value.writeId));
  return JSON.parse(Buffer.from(plaintext).toString('utf8')) as T;
}

/** The same value under a new data key. It keeps its `writeId`, by which others know which value it is. */
export async function resealValue<Value extends SealedValue>(
  vault: Vault,
  kind: SealContext['kind'],
  key: Row,
  value: Value,
): Promise<Value> {
  const context = contextOf(kind, key, value.writeId);
  const plaintext = await vault.open(value.sealed, context);
  return { ...value, sealed: (await vault.prepare(context))(plaintext) };
}

function contextOf(kind: SealContext['kind'], key: Row, writeId: string): SealContext {
  const { owner, provider, account } = key;
  return { kind, owner, provider, account, writeId };
}
