import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellWord } from '../../infra/cli/shell-word.ts';
import { formatRecord, formatTable } from '../../infra/cli/table.ts';

test('columns are aligned, an empty value is a dash, no line ends in spaces', () => {
  assert.equal(
    formatTable(
      ['ID', 'NAME'],
      [
        ['github', 'GitHub'],
        ['x', null],
        ['longer-than-all', ''],
      ],
    ),
    [
      'ID               NAME',
      'github           GitHub',
      'x                -',
      'longer-than-all  -',
    ].join('\n'),
  );
  assert.equal(formatRecord({ url: 'u', expires: undefined }), 'url      u\nexpires  -');
});

test('a name from a provider moves no cursor and starts no line', () => {
  const table = formatTable(['NAME'], [['Eve\n\u001b[2Jadmin\u202egnp']]);
  assert.equal(table, 'NAME\nEve\ufffd\ufffd[2Jadmin\ufffdgnp');
});

test('a command that is suggested can be pasted into a shell', () => {
  assert.equal(shellWord('customer-42'), 'customer-42');
  assert.equal(shellWord("o'neil; rm -rf /"), "'o'\\''neil; rm -rf /'");
  assert.equal(shellWord(''), "''");
});
