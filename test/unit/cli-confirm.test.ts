import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { confirm } from '../../infra/cli/confirm.ts';
import { progressBar } from '../../infra/cli/progress-bar.ts';

function sink(isTTY: boolean) {
  const written: string[] = [];
  const out = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  return { out: Object.assign(out, { isTTY }), text: () => written.join('') };
}

const ask = (typed: string[], { isTTY = true, yes = false } = {}) =>
  confirm(
    {
      stdin: Object.assign(Readable.from(typed), { isTTY }),
      stdout: sink(true).out,
      stderr: sink(true).out,
    },
    'Everything?',
    yes,
  );

test('only yes is yes: another answer, or none, does nothing', async () => {
  await ask(['yes\n']);
  await ask([], { yes: true });
  for (const typed of [['no\n'], ['y\n'], ['\n'], []]) {
    await assert.rejects(ask(typed), { name: 'CommandFailed', message: /nothing was done/ });
  }
  await assert.rejects(ask(['yes\n'], { isTTY: false }), { name: 'WrongUsage', message: /--yes/ });
});

test('a bar is drawn over itself on a terminal; elsewhere its end alone is written', () => {
  for (const isTTY of [true, false]) {
    const { out, text } = sink(isTTY);
    const bar = progressBar(out);
    bar.show(0.25, '1 revoked');
    bar.show(0.5, '2 revoked');
    bar.end(undefined, '2 revoked');
    const half = `[${'#'.repeat(12)}${'-'.repeat(12)}] 50 %  2 revoked`;
    assert.equal(text().endsWith(`${half}${isTTY ? '\x1b[K' : ''}\n`), true, text());
    assert.equal(text().split('\r').length, isTTY ? 4 : 1);
  }
});
