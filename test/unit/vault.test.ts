import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { SealBroken } from '../../shared/errors.ts';
import type { DataKeys } from '../../shared/vault/data-keys.ts';
import { encryptionContext, type SealContext } from '../../shared/vault/sealed-blob.ts';
import { makeVault, type Vault } from '../../shared/vault/vault.ts';

const row: SealContext = {
  kind: 'tokens',
  owner: 'customer-1',
  provider: 'github',
  account: '583231',
  writeId: 'w1',
};
const secret = Buffer.from('{"accessToken":"gho_canary"}');
const seal = async (vault: Vault, context: SealContext) => (await vault.prepare(context))(secret);

/** Data keys whose encrypted form is the key itself beside its context: KMS's behaviour, without its secrecy. */
class CountingKeys implements DataKeys {
  calls: string[] = [];
  contexts: Record<string, string>[] = [];
  down = false;

  async generate(context: Record<string, string>) {
    this.#count('generate', context);
    const dataKey = randomBytes(32);
    const encryptedDataKey = Buffer.concat([dataKey, Buffer.from(JSON.stringify(context))]);
    return { dataKey, encryptedDataKey };
  }

  async decrypt(encrypted: Uint8Array, context: Record<string, string>) {
    this.#count('decrypt', context);
    if (Buffer.from(encrypted.subarray(32)).toString() !== JSON.stringify(context)) {
      throw new SealBroken('another context');
    }
    return Buffer.from(encrypted.subarray(0, 32));
  }

  #count(call: string, context: Record<string, string>) {
    if (this.down) throw new Error('KMS is down');
    this.calls.push(call);
    this.contexts.push(context);
  }
}

describe('vault', () => {
  let keys: CountingKeys;
  let now: number;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const ports = { now: () => now, random: (bytes: number) => randomBytes(bytes), log };
  const vault = (openedKeySeconds = 0) => makeVault(keys, ports, openedKeySeconds);

  beforeEach(() => {
    keys = new CountingKeys();
    now = 1_000_000;
  });

  test('opens what it sealed, and the sealed value shows nothing of it', async () => {
    const sealed = await seal(vault(), row);
    assert.deepEqual(Buffer.from(await vault().open(sealed, row)), secret);
    assert.equal(Buffer.from(sealed).includes('gho_canary'), false);
  });

  for (const change of [
    { owner: 'customer-2' },
    { provider: 'gitlab' },
    { account: '583232' },
    { kind: 'profile' },
    { writeId: 'w2' },
    // Where one value ends and the next begins is part of what is bound.
    { owner: 'customer-1github', provider: '' },
  ] as Partial<SealContext>[]) {
    test(`does not open in another row: ${JSON.stringify(change)}`, async () => {
      const sealed = await seal(vault(), row);
      await assert.rejects(vault().open(sealed, { ...row, ...change }), SealBroken);
    });
  }

  test('a profile is bound to its row although profiles share a data key', async () => {
    const shared = vault();
    const profile = { ...row, kind: 'profile' as const };
    const a = await seal(shared, profile);
    await seal(shared, { ...profile, owner: 'customer-2' });
    assert.deepEqual(keys.calls, ['generate']);
    await assert.rejects(shared.open(a, { ...profile, owner: 'customer-2' }), SealBroken);
    assert.deepEqual(Buffer.from(await shared.open(a, profile)), secret);
  });

  test('every altered byte and every shortening is refused', async () => {
    const sealed = await seal(vault(), row);
    for (let at = 0; at < sealed.length; at++) {
      const altered = Uint8Array.from(sealed);
      altered[at]! ^= 1;
      await assert.rejects(vault().open(altered, row), `byte ${at}`);
      await assert.rejects(vault().open(sealed.subarray(0, at), row), `cut at ${at}`);
    }
  });

  test('what KMS and its log see names no owner and no account', async () => {
    await seal(vault(), row);
    const [context] = keys.contexts;
    assert.deepEqual(Object.keys(context!).sort(), ['kind', 'provider', 'row', 'v']);
    const logged = JSON.stringify(context);
    for (const personal of [row.owner, row.account]) assert.equal(logged.includes(personal), false);
    const salted = encryptionContext(randomBytes(16), row);
    assert.notEqual(salted['row'], context!['row'], 'the same row looks different each time');
  });

  test('an opened data key is kept for its seconds and no longer', async () => {
    const keeping = vault(60);
    const sealed = await seal(keeping, row);
    await keeping.open(sealed, row);
    now += 59_000;
    await keeping.open(sealed, row);
    assert.deepEqual(keys.calls, ['generate', 'decrypt']);
    now += 2_000;
    await keeping.open(sealed, row);
    assert.deepEqual(keys.calls, ['generate', 'decrypt', 'decrypt']);
  });

  test('a kept data key opens no other row', async () => {
    const keeping = vault(60);
    const sealed = await seal(keeping, row);
    await keeping.open(sealed, row);
    await assert.rejects(keeping.open(sealed, { ...row, account: '1' }), SealBroken);
  });

  test('KMS down: sealing and opening fail, nothing falls back to plain text', async () => {
    const sealed = await seal(vault(), row);
    keys.down = true;
    await assert.rejects(seal(vault(), row), /KMS is down/);
    await assert.rejects(vault().open(sealed, row), /KMS is down/);
  });

  test('format 1 is what the documentation says: opened here byte by byte', async () => {
    const sealed = Buffer.from(await seal(vault(), row));
    const keyLength = sealed.readUInt16BE(17);
    const salt = sealed.subarray(1, 17);
    const encryptedKey = sealed.subarray(19, 19 + keyLength);
    const iv = sealed.subarray(19 + keyLength, 31 + keyLength);
    const length = (bytes: Uint8Array) => {
      const prefix = Buffer.alloc(4);
      prefix.writeUInt32BE(bytes.length);
      return Buffer.concat([prefix, bytes]);
    };
    const aad = [
      sealed.subarray(0, 1),
      salt,
      encryptedKey,
      ...[row.kind, row.owner, row.provider, row.account, row.writeId].map((s) => Buffer.from(s)),
    ].map(length);
    const cipher = createCipheriv('aes-256-gcm', encryptedKey.subarray(0, 32), iv);
    cipher.setAAD(Buffer.concat(aad));
    const body = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    assert.equal(sealed[0], 1);
    assert.deepEqual(sealed.subarray(31 + keyLength), body);
  });
});
