import assert from 'node:assert/strict';
import { PassThrough, Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { CommandFailed, WrongUsage } from '../../infra/cli/errors.ts';
import { readSecret } from '../../infra/cli/secret-input.ts';

/** A terminal: what it shows, and whether it echoes what is typed. */
function fakeTerminal() {
  const events: string[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (raw: boolean) => void events.push(raw ? 'echo off' : 'echo on'),
  });
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      events.push(String(chunk));
      done();
    },
  });
  return { stdin, stdout: new PassThrough(), stderr, events };
}

const piped = (text: string) => ({
  stdin: Readable.from([text]),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
});

test('on a terminal the echo is off before the question, and on again after the answer', async () => {
  const terminal = fakeTerminal();
  const asked = readSecret(terminal, 'Secret: ', false);
  terminal.stdin.write('s3cr3t\r');
  assert.equal((await asked).reveal(), 's3cr3t');
  assert.deepEqual(terminal.events, ['echo off', 'Secret: ', 'echo on', '\n']);
});

test('a key file that is pasted into a terminal is taken whole', async () => {
  const terminal = fakeTerminal();
  const key = '-----BEGIN PRIVATE KEY-----\nabc\ndef\n-----END PRIVATE KEY-----';
  const asked = readSecret(terminal, 'Secret: ', true);
  terminal.stdin.write(`${key.replaceAll('\n', '\r')}\r`);
  assert.equal((await asked).reveal(), key);
});

test('Ctrl-C stores nothing and leaves the echo on', async () => {
  const terminal = fakeTerminal();
  const asked = readSecret(terminal, 'Secret: ', false);
  terminal.stdin.write('s3c\u0003');
  await assert.rejects(asked, (error) => error instanceof CommandFailed);
  assert.equal(terminal.events.at(-2), 'echo on');
  assert.ok(!terminal.events.join('').includes('s3c'));
});

test('from standard input the last newline is not part of the secret', async () => {
  const read = async (text: string) => (await readSecret(piped(text), '', true)).reveal();
  assert.equal(await read('s3cr3t\n'), 's3cr3t');
  assert.equal(await read('s3cr3t\r\n'), 's3cr3t');
  assert.equal(await read(' s3cr3t '), ' s3cr3t ');
  assert.equal(await read('a\nb\n'), 'a\nb');
  await assert.rejects(read('\n'), /is empty: nothing was stored/);
});

test('without a terminal a secret must be announced', async () => {
  await assert.rejects(
    readSecret(piped('s3cr3t'), '', false),
    (error) => error instanceof WrongUsage && /--client-secret-stdin/.test(error.message),
  );
});
