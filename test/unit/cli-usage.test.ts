import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { parseFields } from '../../infra/cli/client-fields.ts';
import { WrongUsage } from '../../infra/cli/errors.ts';
import { runCli } from '../../infra/cli/run.ts';
import { catalog } from '../../shared/providers/catalog.ts';

async function run(...argv: string[]) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof written) =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += chunk;
        done();
      },
    });
  const terminal = { stdin: Readable.from([]), stdout: sink('stdout'), stderr: sink('stderr') };
  return { status: await runCli(argv, terminal), ...written };
}

const LEAVES = [
  ['providers', 'list'],
  ['providers', 'set'],
  ['providers', 'check'],
  ['session', 'create'],
  ['token', 'get'],
  ['connections', 'list'],
  ['connections', 'disconnect'],
  ['disable'],
  ['enable'],
  ['dead-letters', 'list'],
  ['dead-letters', 'replay'],
];

test('every command explains itself: the common options, examples, status 0', async () => {
  for (const leaf of LEAVES) {
    const { status, stdout, stderr } = await run(...leaf, '--help');
    assert.equal(status, 0, leaf.join(' '));
    assert.equal(stderr, '');
    for (const part of ['--json', '--local', '--data', '--stack', 'Examples:']) {
      assert.ok(stdout.includes(part), `${leaf.join(' ')} --help lacks ${part}`);
    }
    assert.ok(stdout.includes(`npx token-capture ${leaf.join(' ')} `));
  }
});

test('wrong usage is status 2, said on standard error, with nothing on standard output', async () => {
  for (const argv of [
    [],
    ['providers'],
    ['nonsense'],
    ['providers', 'nonsense'],
    ['providers', 'set', 'github'],
    ['providers', 'set', '--client-id', 'x'],
    ['token', 'get', '--owner', 'x'],
    ['connections', 'list'],
    ['connections', 'disconnect', '--owner', 'x'],
    ['session', 'create'],
    ['session', 'create', '--owner'],
    ['disable', 'github'],
    ['enable', '--revoke', '--all'],
    ['providers', 'list', '--local', '--stack', 'Other'],
    ['providers', 'list', '--local', '--config', 'cdk.json'],
    ['providers', 'list', '--data', 'elsewhere'],
    ['--local', 'providers', 'list'],
  ]) {
    const { status, stdout, stderr } = await run(...argv);
    assert.equal(status, 2, argv.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '', argv.join(' '));
  }
});

test('a secret on the command line is refused and never repeated', async () => {
  const set = ['providers', 'set', 'apple', '--client-id', 'x'];
  for (const argv of [
    [...set, '--client-secret', 'hunter2'],
    [...set, '--client-secret=hunter2'],
    [...set, '--secret', 'hunter2'],
    [...set, '--clientSecret=hunter2'],
    [...set, '--client-secret-stdin=hunter2'],
    [...set, '--client-secret-stdin', 'hunter2'],
    [...set, 'hunter2'],
    [...set, '-shunter2'],
    [...set, "--key=hun'ter2 hunter2"],
    [...set, '--field', 'client_secret=hunter2'],
    [...set, '--field', 'hunter2'],
  ]) {
    const { status, stdout, stderr } = await run(...argv);
    assert.equal(status, stderr.includes('not a configured') ? 1 : 2, argv.join(' '));
    assert.doesNotMatch(stdout + stderr, /hunter2|ter2/);
  }
  const { stderr } = await run(...set, '--client-secret', 'hunter2');
  assert.match(stderr, /never taken from the command line.*--client-secret-stdin/);
});

test('the catalog is data: every entry with its defaults, and no hook', async () => {
  const { status, stdout } = await run('providers', 'list', '--all', '--json');
  assert.equal(status, 0);
  const entries: Record<string, unknown>[] = JSON.parse(stdout);
  assert.deepEqual(
    entries.map(({ id }) => id),
    Object.keys(catalog),
  );
  for (const entry of entries) {
    assert.equal('hooks' in entry, false);
    for (const field of ['name', 'scopes', 'pkce', 'refresh', 'source', 'checked']) {
      assert.notEqual(entry[field], undefined, `${entry['id']}.${field}`);
    }
    assert.ok(entry['tokenUrl'] ?? entry['issuer'], String(entry['id']));
  }
  const { stdout: table } = await run('providers', 'list', '--all');
  assert.equal(table.trimEnd().split('\n').length, entries.length + 1);
});

test('fields are exactly those of the provider', () => {
  const apple = { id: 'apple', clientFields: { team_id: 'the Team ID', key_id: 'the Key ID' } };
  assert.deepEqual(parseFields(apple, ['team_id=T', 'key_id=a=b']), {
    team_id: 'T',
    key_id: 'a=b',
  });
  const refused = (given: string[], message: RegExp, provider = apple) =>
    assert.throws(
      () => parseFields(provider, given),
      (error) => error instanceof WrongUsage && message.test(error.message),
    );
  refused([], /--field team_id=\.\.\. \(the Team ID\) and --field key_id/);
  refused(['team_id=T', 'key_id='], /key_id=value/);
  refused(['team_id', 'key_id=K'], /team_id=value/);
  refused(
    ['team_id=T', 'key_id=K', 'token_origin=https://evil.example'],
    /the fields team_id, key_id/,
  );
  refused(['toString=x'], /no further fields/, { ...apple, clientFields: {} as never });
});
