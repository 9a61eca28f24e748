import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { resolveConfiguration } from '../../infra/configuration.ts';
import { errorCode } from '../../shared/oauth/token-response.ts';
import type { ProviderEntry } from '../../shared/providers/provider.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';
import { providerEntrySchema } from '../../shared/providers/schema.ts';
import { temporaryFolder } from '../support/local.ts';
import { Capture, decidedBrowser } from './capture.ts';
import { FakeVendor } from './fake-vendor.ts';
import { type Grant, json, type VendorFixture } from './fixture.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/new-provider.md'), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code]) => code!,
  );

const answered = ({ accessToken, refreshToken }: Grant) =>
  json({ access_token: accessToken, token_type: 'Bearer', refresh_token: refreshToken });

/** What the page says of its imaginary vendor. */
const acme: VendorFixture = {
  id: 'acme',
  sources: ['docs/new-provider.md'],
  client: { client_id: 'c', client_secret: 's' },
  authorization: {
    url: 'https://acme.example.com/oauth/authorize',
    required: { response_type: 'code' },
    scope: { parameter: 'scope', separator: ' ' },
    pkce: 'S256',
    callback: 'query',
    success: (code, state) => ({ code, state }),
    denial: (state) => ({ error: 'access_denied', state }),
  },
  token: {
    url: 'https://acme.example.com/oauth/token',
    format: 'form',
    clientAuthentication: 'basic',
    success: answered,
    badCode: json({ error: 'invalid_grant' }, 400),
    badClient: json({ error: 'invalid_client' }, 401),
  },
  refresh: { rotates: true, success: answered, badToken: json({ error: 'invalid_grant' }, 400) },
  userInfo: {
    method: 'POST',
    url: 'https://api.acme.example.com/graphql',
    headers: { 'content-type': /^application\/json$/ },
    success: json({ data: { viewer: { id: 42, login: 'ada', displayName: null } } }),
    badToken: json({ errors: [{ message: 'unauthorized' }] }, 401),
  },
  expected: {
    profile: { account: '42', name: 'ada' },
    asked: 'profile offline',
    scopes: undefined,
    expiresIn: undefined,
  },
};

test('every configuration of the page is accepted', () => {
  const entries = blocks('json').map((text) => JSON.parse(text) as ProviderEntry);
  assert.equal(entries.length, 7);
  const { providers } = resolveConfiguration({ providers: entries });
  assert.deepEqual(
    Object.keys(providers),
    entries.map(({ id }) => id),
  );
  assert.equal(providers['github-enterprise']!.clientAuthentication, 'client_secret_post');
  assert.equal(JSON.stringify(providers['github-enterprise']).includes('api.github.com'), false);
  assert.equal(errorCode(providers['dex']!, { error: 'invalid_request' }), 'invalid_grant');
});

test('the catalog file of the page compiles and connects', async (t) => {
  const [code] = blocks('ts');
  const folder = await temporaryFolder(t);
  const file = join(folder, 'catalog', 'acme.ts');
  await mkdir(join(folder, 'catalog'));
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  await writeFile(
    join(folder, 'provider.ts'),
    `export * from ${JSON.stringify(join(root, 'shared/providers/provider.ts'))};`,
  );
  await writeFile(file, code!);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] },
      include: ['.'],
    }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch((error) =>
    assert.fail(error.stdout),
  );

  const entry: ProviderEntry = (await import(pathToFileURL(file).href)).default;
  const fake = await new FakeVendor(acme).start(t);
  const provider = resolveProvider(
    { id: 'acme', extends: 'acme', ...fake.endpoints(entry) },
    { acme: entry },
    'acme',
    true,
  );
  const capture = new Capture(provider, acme.client);
  const { answer, callback } = await capture.tokens(decidedBrowser);
  const { userInfo: _whole, ...profile } = await capture.profile(answer, callback);
  assert.deepEqual(profile, acme.expected.profile);
  await capture.refresh(answer.refreshToken!);
  assert.deepEqual(fake.problems, []);
});

test('the table has every field of an entry', () => {
  const table = page.slice(page.indexOf('## Fields'));
  const listed = new Set(
    [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`(\w+)`/g)].map(([, field]) => field!),
    ),
  );
  assert.deepEqual([...listed].sort(), Object.keys(providerEntrySchema.entries).sort());
});
