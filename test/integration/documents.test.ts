import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { inputSchema, resolveConfiguration } from '../../infra/configuration.ts';
import { clientConfig, startTestLocal } from '../support/local.ts';
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

/** A folder with the TypeScript of a document that is marked to be run, once it compiles. */
async function compiled(t: TestContext, document: string): Promise<string> {
  const build = join(ROOT, 'build');
  mkdirSync(build, { recursive: true });
  const folder = mkdtempSync(join(build, 'document-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const { mark, code } of blocks(document, 'ts')) {
    const name = mark?.match(/^run: (.*)$/)?.[1];
    if (name !== undefined) writeFileSync(join(folder, name), code);
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', include: ['.'] }),
  );
  await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder]);
  return folder;
}

test("the README's TypeScript compiles, and gets a token from the local run", async (t) => {
  const folder = await compiled(t, 'README.md');
  const file = join(folder, 'get-token.ts');

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

test("the events' rule and its consumer compile, and do what they say", async (t) => {
  const folder = await compiled(t, 'docs/events.md');
  const { askAgain } = await import(pathToFileURL(join(folder, 'ask-again.ts')).href);
  const stack = new Stack(new App());
  askAgain(stack, LambdaFunction.fromFunctionName(stack, 'SendMail', 'send-mail'));
  Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
    EventBusName: 'TokenCapture',
    EventPattern: { 'detail-type': ['needs_reauth', 'consent_ending'] },
  });

  const local = await startTestLocal(t);
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(local.endpoint)));
  const TableName = 'connections';
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'connection', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'connection', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  Object.assign(process.env, local.environment, { CONNECTIONS_TABLE: TableName });
  const { handler } = await import(pathToFileURL(join(folder, 'keep-state.ts')).href);
  const who = { owner: 'ada', provider: 'demo', account: '42' };
  const come = (state: string, sequence: string) =>
    handler({ 'detail-type': state, detail: { ...who, sequence } });
  await come('connected', '1');
  await come('disconnected', '3');
  await come('needs_reauth', '2');
  await come('connected', '1');
  const { Item } = await client.send(
    new GetCommand({ TableName, Key: { connection: '["ada","demo","42"]' } }),
  );
  assert.deepEqual([Item!['state'], Item!['sequence']], ['disconnected', '3']);
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
