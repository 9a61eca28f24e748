import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Metafile } from 'esbuild';
import { buildFunctions } from '../../infra/build.ts';
import { bundleFunctions } from '../../infra/bundle.ts';
import budget from '../../infra/bundle-budget.json' with { type: 'json' };
import { type ConfigurationInput, resolveConfiguration } from '../../infra/configuration.ts';
import { permissions } from '../../infra/constructs/permissions.ts';
import { ConfigurationError } from '../../shared/errors.ts';
import { catalog } from '../../shared/providers/catalog.ts';
import type { FunctionName } from '../../shared/routes.ts';

const folder = mkdtempSync(join(tmpdir(), 'build-test-'));
after(() => rmSync(folder, { recursive: true }));

function build(name: string, input: ConfigurationInput) {
  const outdir = join(folder, name);
  const folders = buildFunctions({ configuration: resolveConfiguration(input), outdir });
  const { outputs } = JSON.parse(readFileSync(join(outdir, 'metafile.json'), 'utf8')) as Metafile;
  return {
    outdir,
    folders,
    /** Paths of the sources of a function. */
    sources: (functionName: FunctionName) => {
      const output = Object.entries(outputs).find(([path]) => path.endsWith(`${functionName}.js`));
      return Object.keys(output![1].inputs);
    },
  };
}

const plain = build('plain', { providers: ['github'] });
const names = Object.keys(plain.folders) as FunctionName[];
const configured: FunctionName[] = names.filter((name) => name !== 'publish-events');
const spools = (name: FunctionName) => permissions[name].queues?.spool?.includes('SendMessage');
const bytes = (path: string) => readFileSync(join(path, 'index.js'));
const read = (path: string, file: string) => JSON.parse(readFileSync(join(path, file), 'utf8'));

describe('bundles', () => {
  for (const name of names) {
    test(`${name} keeps to its budget`, () => {
      const { size } = statSync(join(plain.folders[name], 'index.js'));
      assert.ok(size <= budget[name] * 1000, `${size} bytes, ${budget[name]} KB allowed`);
    });
  }

  test('every budget is for a function that there is', () => {
    assert.deepEqual(Object.keys(budget).sort(), [...names].sort());
  });

  test('an asset is index.js without a map, the manifest, and what the function loads beside them', () => {
    for (const name of names) {
      const files = [
        ...(configured.includes(name) ? ['configuration.json'] : []),
        ...['index.js', 'package.json'],
        ...(spools(name) ? ['spool.js'] : []),
      ];
      assert.deepEqual(readdirSync(plain.folders[name]).sort(), files);
      assert.deepEqual(
        read(plain.folders[name], 'package.json'),
        spools(name)
          ? { type: 'commonjs', imports: { '#spool': './spool.js' } }
          : { type: 'commonjs' },
      );
      assert.ok(!bytes(plain.folders[name]).includes('sourceMappingURL'));
      assert.ok(statSync(join(plain.outdir, `${name}.js.map`)).size > 0);
    }
  });

  test('the client of SQS is in none that starts cold for a caller', () => {
    for (const name of names) {
      const holds = plain.sources(name).some((path) => path.includes('client-sqs'));
      assert.equal(holds, name === 'refresh-due', name);
    }
  });

  test('the same sources give the same bytes', () => {
    const { outputs } = bundleFunctions([]);
    for (const name of names) {
      assert.equal(bytes(plain.folders[name]).toString(), outputs[`${name}.js`], name);
    }
  });

  test('each exports a handler', () => {
    const script = `for (const path of process.argv.slice(1))
      if (typeof require(path).handler !== 'function') throw new Error(path);`;
    const indexes = names.map((name) => join(plain.folders[name], 'index.js'));
    execFileSync(process.execPath, ['-e', script, ...indexes], {
      env: {
        AWS_REGION: 'eu-central-1',
        TABLE_NAME: 'table',
        KEY_ID: 'key',
        BASE_URL: 'https://connect.example.com',
        EVENT_BUS_NAME: 'bus',
        REFRESH_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/refresh',
      },
    });
  });

  test('a function holds the clients of what it may use, and no others', () => {
    for (const name of names) {
      const sources = plain.sources(name);
      const holds = (client: string) =>
        sources.some((path) => path.includes(`@aws-sdk/${client}/`));
      const { sessions, connections, health, key, secrets, events } = permissions[name];
      const rows = sessions ?? connections ?? health;
      assert.equal(holds('client-dynamodb'), rows !== undefined, `${name}: DynamoDB`);
      assert.equal(holds('client-eventbridge'), events !== undefined, `${name}: EventBridge`);
      assert.equal(holds('client-kms'), key !== undefined, `${name}: KMS`);
      assert.equal(holds('client-secrets-manager'), secrets !== undefined, `${name}: secrets`);
    }
  });

  test('no event streams: loading them is paid at every cold start', () => {
    for (const name of names) {
      const streams = plain.sources(name).filter((path) => /event-?stream/.test(path));
      assert.deepEqual(streams, ['infra/no-event-streams.ts']);
    }
  });

  test('credentials come from the environment alone', () => {
    for (const name of names) {
      const sources = plain.sources(name);
      assert.deepEqual(
        sources.filter((path) => /credential-provider|token-providers|nested-clients/.test(path)),
        [],
      );
      assert.ok(sources.includes('infra/environment-credentials.ts'));
    }
  });
});

describe('configuration in the bundles', () => {
  const hooked = Object.values(catalog).find((entry) => entry.hooks !== undefined)!;
  const file = `shared/providers/catalog/${hooked.id}.ts`;
  const catalogFiles = (sources: string[]) =>
    sources.filter((path) => path.startsWith(`${dirname(file)}/`));

  test('without hooks no file of the catalog is bundled', () => {
    for (const name of names) assert.deepEqual(catalogFiles(plain.sources(name)), []);
  });

  test('hooks come with their own file of the catalog', () => {
    const { sources } = build('hooked', { providers: ['github', hooked.id] });
    assert.deepEqual(catalogFiles(sources('callback')), [file]);
  });

  test('a provider that extends another has its hooks', () => {
    const { sources } = build('extended', {
      providers: [{ id: 'mine', extends: hooked.id, name: 'Mine' }],
    });
    assert.deepEqual(catalogFiles(sources('callback')), [file]);
  });

  test('hooks from elsewhere are refused by name', () => {
    const input = {
      providers: [{ id: 'mine', extends: 'github', hooks: { userInfo: async () => ({}) } }],
    };
    assert.throws(
      () => build('foreign', input),
      (error) => error instanceof ConfigurationError && error.key === 'providers.mine.hooks',
    );
  });

  test('no function accepts providers on loopback by default', () => {
    for (const name of configured) {
      const { allowLoopbackProviders } = read(plain.folders[name], 'configuration.json');
      assert.equal(allowLoopbackProviders, false, name);
    }
  });

  test('another configuration is another file beside the same bundle', () => {
    const other = build('other', { providers: ['gitlab'] });
    for (const name of names) {
      assert.ok(bytes(plain.folders[name]).equals(bytes(other.folders[name])), name);
    }
    for (const name of configured) {
      const { providers } = read(other.folders[name], 'configuration.json');
      assert.deepEqual(Object.keys(providers), ['gitlab']);
    }
  });
});
