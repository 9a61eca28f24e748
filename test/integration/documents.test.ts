import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { inputSchema, resolveConfiguration } from '../../infra/configuration.ts';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { startProduct } from '../support/product.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const run = promisify(execFile);
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Fenced blocks of a language, each with the comment that stands right above it. */
function blocks(path: string, language: string): { mark: string | undefined; code: string }[] {
  const fence = new RegExp(
    `(?:<!-- ([^>]+) -->\\n)?^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\2\`\`\`$`,
    'gm',
  );
  return [...read(path).matchAll(fence)].map(([, mark, indent, code]) => ({
    mark,
    code: code!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

test("the README's TypeScript compiles, and gets a token from the local run", async (t) => {
  const [block] = blocks('README.md', 'ts').filter(({ mark }) => mark === 'run: get-token.ts');
  const folder = join(ROOT, 'build', `readme-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'get-token.ts');
  writeFileSync(file, block!.code);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', include: ['.'] }),
  );
  await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder]);

  const product = await startProduct(t, {
    configuration: () => ({ callers: { billing: { functions: ['get-token'] } } }),
  });
  const { url } = await product.invoke<{ url: string }>('create-connect-session', {
    owner: 'customer-1',
    providers: ['demo'],
  });
  const browser = new CookieBrowser();
  const off = await browser.go(url);
  await browser.go(await signInAtDemo(off.headers.get('location')!, 'ada', browser));

  process.env['AWS_ENDPOINT_URL_LAMBDA'] = product.url;
  const { getToken } = await import(pathToFileURL(file).href);
  const answer = await getToken('customer-1', 'demo');
  assert.equal(answer.status, 'ok');
  await assert.rejects(getToken('', 'demo'), /InvalidRequest: owner/);

  const python = async (...parameters: string[]) =>
    run('python3', parameters, {
      cwd: folder,
      env: { ...process.env, AWS_DEFAULT_REGION: 'us-east-1' },
    }).catch(() => undefined);
  if ((await python('-c', 'import boto3')) === undefined) return t.diagnostic('no boto3 here');
  writeFileSync(join(folder, 'get_token.py'), blocks('README.md', 'python')[0]!.code);
  const asked = await python(
    '-c',
    'import get_token; print(get_token.get_token("customer-1", "demo")["status"])',
  );
  assert.equal(asked?.stdout.trim(), 'ok');
});

test("the documents' configurations are valid", () => {
  const [cdk] = blocks('README.md', 'json').filter(({ code }) => code.includes('"context"'));
  const { context } = JSON.parse(cdk!.code);
  const { callers } = resolveConfiguration(context['token-capture']);
  assert.deepEqual(callers['billing']!.functions, ['get-token']);
  const [provider] = blocks('README.md', 'json').filter(({ code }) => code.includes('keycloak'));
  resolveConfiguration({ providers: [JSON.parse(provider!.code)] });
  for (const document of ['docs/configuration.md', 'docs/deploy.md']) {
    const whole = blocks(document, 'json').filter(({ mark }) => mark === 'configuration');
    assert.ok(whole.length > 0, document);
    for (const { code } of whole) resolveConfiguration(JSON.parse(code), { stackName: 'Staging' });
  }
});

test('docs/configuration.md has every field of the configuration, and no other', () => {
  const [fields] = read('docs/configuration.md').split("## A provider's secret");
  const named = [...fields!.matchAll(/^\| `(\w+)[^`]*` \|/gm)].map(([, name]) => name!);
  assert.deepEqual([...new Set(named)].sort(), Object.keys(inputSchema.entries).sort());
});

test('every link of the documents leads to something', () => {
  const documents = [
    ...globSync('*.md', { cwd: ROOT }),
    ...globSync('docs/**/*.md', { cwd: ROOT }),
  ];
  for (const document of documents) {
    for (const [, target] of read(document).matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      const path = join(ROOT, dirname(document), target!);
      assert.ok(existsSync(path), `${document} links to ${target}`);
    }
  }
});

test('every npm script that the documents name is there', () => {
  const { scripts } = JSON.parse(read('package.json'));
  for (const document of [
    'README.md',
    'CONTRIBUTING.md',
    ...globSync('docs/**/*.md', { cwd: ROOT }),
  ]) {
    for (const [, name] of read(document).matchAll(/npm run ([a-z:]+)/g)) {
      assert.ok(name! in scripts, `${document} names npm run ${name}`);
    }
  }
});
