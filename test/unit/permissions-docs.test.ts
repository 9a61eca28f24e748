import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Permissions, permissions } from '../../infra/constructs/permissions.ts';

const [, table] = readFileSync('docs/security.md', 'utf8').split('<!-- permissions -->\n');
const rows = table!
  .split('\n\n', 1)[0]!
  .split('\n')
  .slice(2)
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** The cells of a function, without the reason. */
function cellsOf([name, own]: [string, Permissions]): string[] {
  const { sessions, connections, health, controls, key, secrets = [], stream, events } = own;
  const byPrefix = Object.entries({
    SESSION: sessions,
    OWNER: connections,
    PROVIDER: health,
    CONTROL: controls,
  });
  return [
    `\`${name}\``,
    byPrefix
      .flatMap(([prefix, actions]) => (actions ? `\`${prefix}#\` ${actions.join(', ')}` : []))
      .join('; '),
    key ? `${key.actions.join(', ')} (${key.kinds.join(', ')})` : '',
    secrets.join(', '),
    Object.entries({ stream, bus: events })
      .flatMap(([what, actions]) => (actions ? `${what} ${actions.join(', ')}` : []))
      .join('; '),
  ];
}

test('docs/security.md says what each function may do, and why', () => {
  assert.deepEqual(
    rows.map((cells) => cells.slice(0, -1)),
    Object.entries(permissions).map(cellsOf),
  );
  for (const cells of rows) assert.ok(cells.at(-1), `${cells[0]} without a reason`);
});
