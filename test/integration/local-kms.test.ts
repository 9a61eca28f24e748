import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { clientConfig, startTestLocal } from '../support/local.ts';

async function makeClient(t: Parameters<typeof startTestLocal>[0]) {
  const { endpoint, environment } = await startTestLocal(t);
  return { client: new KMSClient(clientConfig(endpoint)), KeyId: environment.KEY_ID };
}

test('a data key opens again under its encryption context alone', async (t) => {
  const { client, KeyId } = await makeClient(t);
  const EncryptionContext = { kind: 'tokens', provider: 'github' };
  const made = await client.send(
    new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }),
  );
  assert.equal(made.Plaintext?.length, 32);
  assert.equal(made.KeyId, KeyId);
  const { CiphertextBlob } = made;
  const reordered = { provider: 'github', kind: 'tokens' };
  const opened = await client.send(
    new DecryptCommand({ CiphertextBlob, EncryptionContext: reordered }),
  );
  assert.deepEqual(opened.Plaintext, made.Plaintext);
  assert.equal(opened.KeyId, KeyId);
  const others: (Record<string, string> | undefined)[] = [
    undefined,
    {},
    { kind: 'tokens' },
    { kind: 'tokens', provider: 'gitlab' },
    { ...EncryptionContext, more: '' },
  ];
  for (const other of others) {
    await assert.rejects(
      client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: other })),
      { name: 'InvalidCiphertextException' },
    );
  }
});

test('any changed byte of a ciphertext is refused', async (t) => {
  const { client, KeyId } = await makeClient(t);
  const { CiphertextBlob } = await client.send(
    new EncryptCommand({ KeyId, Plaintext: Buffer.from('hello') }),
  );
  for (let at = 0; at < CiphertextBlob!.length; at += 1) {
    const changed = Uint8Array.from(CiphertextBlob!);
    changed[at]! ^= 1;
    await assert.rejects(client.send(new DecryptCommand({ CiphertextBlob: changed })), {
      name: 'InvalidCiphertextException',
    });
  }
  const short = { CiphertextBlob: CiphertextBlob!.slice(0, 20) };
  await assert.rejects(client.send(new DecryptCommand(short)), {
    name: 'InvalidCiphertextException',
  });
});

test('a key is known by id, ARN, alias and alias ARN', async (t) => {
  const { client, KeyId: arn } = await makeClient(t);
  const id = arn.split('/')[1]!;
  const aliasArn = `${arn.split(':key/')[0]}:alias/token-capture`;
  for (const KeyId of [id, arn, 'alias/token-capture', aliasArn]) {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    assert.equal(KeyMetadata?.Arn, arn);
  }
  for (const KeyId of ['alias/other', '3f0e1f3c-0000-4000-8000-000000000000']) {
    await assert.rejects(client.send(new DescribeKeyCommand({ KeyId })), {
      name: 'NotFoundException',
    });
  }
});
