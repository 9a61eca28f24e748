import { generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto';
import { readJsonFile, writePrivateFile } from './private-file.ts';

export interface DemoKeys {
  jwks: { keys: JsonWebKey[] };
  cookieKeys: string[];
}

let inMemory: DemoKeys | undefined;

/** Signing and cookie keys: from the file, made on the first run; without a path, per process. */
export function openDemoKeys(path?: string): DemoKeys {
  if (path === undefined) {
    inMemory ??= makeKeys();
    return inMemory;
  }
  const stored = readJsonFile(path) as DemoKeys | undefined;
  if (stored) return stored;
  const made = makeKeys();
  writePrivateFile(path, `${JSON.stringify(made, null, 2)}\n`);
  return made;
}

function makeKeys(): DemoKeys {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = [
    { ...rsa.privateKey.export({ format: 'jwk' }), alg: 'RS256' },
    { ...ec.privateKey.export({ format: 'jwk' }), alg: 'ES256' },
  ].map((key) => ({ ...key, use: 'sig', kid: randomBytes(12).toString('base64url') }));
  return { jwks: { keys }, cookieKeys: [randomBytes(32).toString('base64url')] };
}
