import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkCatalog } from '../../infra/check-catalog.ts';
import { temporaryFolder } from '../support/local.ts';

test('every file of the catalog is an entry that can be used', async () => {
  const folder = fileURLToPath(new URL('../../shared/providers/catalog/', import.meta.url));
  assert.deepEqual(await checkCatalog(folder), []);
});

const provider = fileURLToPath(new URL('../../shared/providers/provider.ts', import.meta.url));

/** A catalog of these files, each the lines of an entry. */
async function problems(t: TestContext, files: Record<string, string[]>): Promise<string[]> {
  const folder = join(await temporaryFolder(t), 'catalog');
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  for (const [id, lines] of Object.entries(files)) {
    const text = [
      `import { defineProvider } from ${JSON.stringify(provider)};`,
      '',
      'export default defineProvider({',
      ...lines.map((line) => `  ${line},`),
      '});',
      '',
    ];
    await writeFile(join(folder, `${id}.ts`), text.join('\n'));
  }
  return checkCatalog(folder);
}

const good = (id: string) => [
  `id: '${id}'`,
  `authorizationUrl: 'https://${id}.example.com/authorize'`,
  `tokenUrl: 'https://${id}.example.com/token'`,
  `userInfoUrl: 'https://${id}.example.com/me'`,
  `account: 'id'`,
];

const changed = (id: string, field: string, line: string) =>
  good(id).map((each) => (each.startsWith(`${field}:`) ? line : each));

test('a good entry has no problem', async (t) => {
  assert.deepEqual(await problems(t, { acme: good('acme') }), []);
});

test('an entry that breaks the schema is named with its file, line, field and what was expected', async (t) => {
  assert.deepEqual(
    await problems(t, {
      acme: [...good('acme'), `pkce: true`],
      bolt: [...good('bolt'), `tokenURL: 'https://bolt.example.com/token'`],
      cord: changed('cord', 'account', `account: 'data[0].id'`),
      dune: [...good('dune'), `tokenResponse: {\n    errors: {\n      gone: 'bad',\n    },\n  }`],
    }),
    [
      'acme.ts:9 pkce: expected "S256", "plain" or false',
      'bolt.ts:9 tokenURL: no such field; see docs/new-provider.md',
      'cord.ts:8 account: expected a path such as "data.0.id", or paths in braces: "{team.id}:{id}"',
      'dune.ts:11 tokenResponse.errors.gone: expected "invalid_grant", "invalid_client" or "temporarily_unavailable"',
    ],
  );
});

test('two entries with one id', async (t) => {
  assert.deepEqual(await problems(t, { acme: good('acme'), bolt: good('acme') }), [
    'bolt.ts:4 id: "acme" is in acme.ts already',
  ]);
  assert.deepEqual(await problems(t, { bolt: good('acme') }), [
    'bolt.ts:4 id: expected the name of its file, found "acme"',
  ]);
});

test('extends to nothing, to itself, in a circle', async (t) => {
  const extending = (id: string, base: string) => [`id: '${id}'`, `extends: '${base}'`];
  assert.deepEqual(
    await problems(t, {
      acme: extending('acme', 'nowhere'),
      bolt: extending('bolt', 'bolt'),
      cord: extending('cord', 'dune'),
      dune: extending('dune', 'cord'),
    }),
    [
      'acme.ts:5 extends: "nowhere" is not in the catalog (acme, bolt, cord, dune)',
      'bolt.ts:5 extends: "bolt" extends itself',
      'cord.ts:5 extends: "dune" extends itself',
      'dune.ts:5 extends: "cord" extends itself',
    ],
  );
});

test('an http endpoint, in any place where an endpoint stands', async (t) => {
  const found = await problems(t, {
    acme: changed('acme', 'tokenUrl', `tokenUrl: 'http://acme.example.com/token'`),
    bolt: [
      ...good('bolt'),
      `refreshExchange: {\n    url: 'http://bolt.example.com/next',\n    tokenParameter: 'token',\n  }`,
    ],
    cord: [
      ...good('cord').filter((line) => !line.startsWith('tokenUrl')),
      `values: { shop: { label: 'Shop', pattern: '[a-z]+', example: 'mine' } }`,
      `tokenUrl: 'http://{shop}.example.com/token'`,
    ],
    dune: [...good('dune'), `source: 'http://dune.example.com/docs'`],
  });
  assert.deepEqual(found, [
    'acme.ts:6 tokenUrl: expected https to a public host',
    'bolt.ts:10 refreshExchange.url: expected https to a public host',
    'cord.ts:8 tokenUrl: expected https to a public host'.replace(':8', ':9'),
    'dune.ts:9 source: expected an https URL',
  ]);
});

const WEAK =
  'expected a pattern that lets no other host or path through, such as "[a-z0-9][a-z0-9-]*"';

test('a pattern that lets another host, user or path through', async (t) => {
  const weak = [
    '.*',
    '.+',
    '[^/]+',
    '[a-z.]+',
    '[a-z0-9.-]+',
    '\\S+',
    '[a-z]+|.*#',
    '[a-z@]+',
    '[a-z]+\\s?',
    '[a-z]*',
    '\\w+[#]?',
    'mine(\\.[a-z]+)*',
    '([a-z]+@)?mine',
    '(evil\\.com[?#/]?)?mine',
    'mine/?',
    '^mine|.*#$',
  ];
  for (const pattern of weak) {
    const found = await problems(t, {
      acme: [
        ...good('acme'),
        `values: { shop: { label: 'Shop', pattern: ${JSON.stringify(pattern)}, example: 'mine' } }`,
      ],
    });
    assert.deepEqual(found, [`acme.ts:9 values.shop.pattern: ${WEAK}`], pattern);
  }
  for (const pattern of ['[a-z0-9][a-z0-9-]*', '^[a-z]{1,63}$', 'mine|yours', '[a-z]+\\.my|mine']) {
    const line = `values: { shop: { label: 'Shop', pattern: ${JSON.stringify(pattern)}, example: 'mine' } }`;
    assert.deepEqual(await problems(t, { acme: [...good('acme'), line] }), [], pattern);
  }
});

test('a value where it could name a host of its own', async (t) => {
  const values = `values: { shop: { label: 'Shop', pattern: '[a-z]+', example: 'mine' } }`;
  const at = async (tokenUrl: string, ...lines: string[]) => {
    const [found = ''] = await problems(t, {
      acme: [...changed('acme', 'tokenUrl', `tokenUrl: '${tokenUrl}'`), ...lines],
    });
    return found.replace(/^acme\.ts:\d+ /, '');
  };
  const domain = 'tokenUrl: expected {shop} in front of a domain, as in https://{shop}.example.com';
  assert.equal(await at('https://{shop}/token', values), domain);
  assert.equal(await at('https://{shop}.com/token', values), domain);
  assert.equal(await at('https://my-{shop}/token', values), domain);
  assert.equal(await at('https://example.com.{shop}/token', values), domain);
  assert.match(await at('{shop}/token', values), /expected a fixed host/);
  assert.match(await at('https://acme.example.com/{other}', values), /expected \{other\} among/);
  assert.match(await at('https://{shop}@acme.example.com/token', values), /without credentials/);
  assert.equal(await at('https://{shop}.acme.example.com/token', values), '');
  assert.equal(await at('https://acme.example.com/{shop}/token', values), '');

  const kept = (hosts: string) =>
    `kept: [{ name: 'server', from: 'callback', path: 'server'${hosts && `, hosts: ${hosts}`} }]`;
  assert.match(await at('{server}/token', kept('')), /expected a fixed host/);
  assert.match(await at('https://{server}/token', kept(`['a.example.com']`)), /at the beginning/);
  assert.match(await at('https://{server}.example.com/token', kept('')), /in front of a domain/);
  for (const host of [
    '*',
    '*.com',
    'evil.com#',
    'x@y',
    'a.example.com:8443',
    'https://a.example.com',
    '*.*.com',
    'a',
  ]) {
    assert.match(
      await at('{server}/token', kept(JSON.stringify([host]))),
      /^kept\.0\.hosts\.0: expected a host such as/,
      host,
    );
  }
  assert.equal(await at('{server}/token', kept(`['a.example.com', '*.b.example.com']`)), '');
});

test('an account that only a browser has named', async (t) => {
  const kept = `kept: [{ name: 'company', from: 'callback', path: 'company' }]`;
  const account = changed('acme', 'account', `account: 'instance.company'`);
  assert.deepEqual(await problems(t, { acme: [...account, kept] }), [
    'acme.ts:8 account: expected {company} in userInfoUrl, so that the provider confirms it',
  ]);
  const confirmed = account.map((line) => line.replace('/me', '/company/{company}'));
  assert.deepEqual(await problems(t, { acme: [...confirmed, kept] }), []);
});
