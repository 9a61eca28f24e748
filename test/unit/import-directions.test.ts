import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import { catalog } from '../../shared/providers/catalog.ts';

/** A room: what of the project it may import (rooms, or single files), and which packages. */
interface Room {
  imports: string[];
  packages: string[];
}

const SHARED = ['base', 'providers', 'vault', 'secrets', 'connections', 'queues', 'oauth'];
const TABLE_AND_NAMES = [
  'base',
  'shared/providers/provider.ts',
  'shared/connections/table-definition.ts',
  'shared/queues/queue-definition.ts',
  'shared/secrets/secret-name.ts',
];

const rooms: Record<string, Room> = {
  // The files that lie in shared/ itself. The configuration is made of providers.
  base: { imports: ['shared/providers/provider.ts'], packages: [] },
  providers: { imports: ['base'], packages: ['valibot', 'jose'] },
  vault: { imports: ['base'], packages: ['@aws-sdk/client-kms'] },
  secrets: { imports: ['base', 'providers'], packages: ['@aws-sdk/client-secrets-manager'] },
  connections: {
    imports: ['base', 'vault'],
    packages: ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'],
  },
  queues: { imports: ['base', 'vault', 'connections'], packages: ['@aws-sdk/client-sqs'] },
  events: {
    imports: ['base', 'connections'],
    packages: ['@aws-sdk/client-eventbridge', '@aws-sdk/util-dynamodb', 'aws-lambda'],
  },
  oauth: {
    imports: ['base', 'providers', 'secrets', 'connections'],
    packages: ['oauth4webapi'],
  },
  capture: { imports: [...SHARED, 'shared/tokens/due.ts'], packages: [] },
  tokens: { imports: SHARED, packages: [] },
  functions: {
    imports: [...SHARED, 'capture', 'tokens', 'events'],
    packages: [
      '@middy/core',
      'valibot',
      'aws-lambda',
      'token-capture:configuration',
      'token-capture:hooks',
      '#spool',
    ],
  },
  stack: { imports: [...TABLE_AND_NAMES, 'infra'], packages: ['aws-cdk-lib', 'constructs'] },
  infra: {
    imports: ['base', 'providers', 'shared/secrets/secret-name.ts'],
    packages: ['esbuild', 'valibot'],
  },
};

/** Rooms that run on a developer's machine: any package, but never a function's sources. */
const tools: Record<string, string[]> = {
  local: [...SHARED, 'tokens', 'capture', 'infra', 'infra/constructs/function-settings.ts'],
  cli: [...SHARED, 'tokens', 'capture', 'infra'],
};

function roomOf(path: string): string {
  const [top, folder, ...rest] = path.split('/');
  if (top === 'shared') return rest.length === 0 ? 'base' : folder!;
  if (top === 'infra') {
    if (path === 'infra/app.ts' || path === 'infra/token-capture.ts') return 'stack';
    if (folder === 'constructs') return 'stack';
    return rest.length === 0 ? 'infra' : folder!;
  }
  return top!;
}

const sources = globSync('{shared,functions,infra}/**/*.ts')
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !path.endsWith('.d.ts'))
  .sort();

const IMPORT = /\b(?:from|import)\s*\(?\s*['"]([^'"$]+)['"]/g;

function importsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(IMPORT)].map(([, name]) =>
    name!.startsWith('.') ? posix.join(posix.dirname(path), name!) : name!,
  );
}

function packageOf(name: string): string {
  const [scope, rest] = name.split('/');
  return name.startsWith('@') ? `${scope}/${rest}` : scope!;
}

function mayImport(room: string, imported: string): boolean {
  const toTools = tools[room];
  const isFile = /^(shared|functions|infra|test)\//.test(imported);
  if (!isFile) {
    return (
      imported.startsWith('node:') ||
      toTools !== undefined ||
      rooms[room]!.packages.includes(packageOf(imported))
    );
  }
  const allowed = toTools ?? rooms[room]!.imports;
  const target = roomOf(imported);
  return target === room || allowed.includes(target) || allowed.includes(imported);
}

test('every room has a row', () => {
  const unknown = sources.map(roomOf).filter((room) => !rooms[room] && !tools[room]);
  assert.deepEqual([...new Set(unknown)], []);
});

test('imports go one way', () => {
  const wrong = sources.flatMap((path) =>
    importsOf(path)
      .filter((imported) => !mayImport(roomOf(path), imported))
      .map((imported) => `${path} -> ${imported}`),
  );
  assert.deepEqual(wrong, []);
});

test('only connections, events, queues, vault and secrets speak to AWS', () => {
  const speakers = sources.filter(
    (path) =>
      !path.startsWith('infra/') && importsOf(path).some((name) => name.startsWith('@aws-sdk/')),
  );
  const elsewhere = speakers.filter(
    (path) => !/^shared\/(connections|events|queues|vault|secrets)\//.test(path),
  );
  assert.deepEqual(elsewhere, []);
  assert.ok(speakers.length > 0);
});

test('the engine names no provider', () => {
  const named = sources
    .filter((path) => !path.startsWith('infra/') && !path.startsWith('shared/providers/'))
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
        .flatMap((line) => [...line.matchAll(/(['"`])([a-z0-9-]+)\1/g)])
        .filter(([, , word]) => Object.hasOwn(catalog, word!))
        .map(([text]) => `${path}: ${text}`),
    );
  assert.deepEqual(named, []);
});
