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

type Rows = Omit<Permissions, 'dueIndex' | 'key' | 'secrets' | 'stream' | 'events' | 'queues'>;

/** Complete, so that the docs leave out no new kind of row. */
const PREFIXES: Record<keyof Rows, string> = {
  sessions: 'SESSION',
  limits: 'LIMIT',
  uses: 'CALLER',
  connections: 'OWNER',
  health: 'PROVIDER',
  controls: 'CONTROL',
};

/** The cells of a function, without the reason. */
function cellsOf([name, own]: [string, Permissions]): string[] {
  const { dueIndex, key, secrets = [], stream, events, queues, ...rows } = own;
  return [
    `\`${name}\``,
    Object.entries(rows)
      .map(([kind, actions]) => `\`${PREFIXES[kind as keyof Rows]}#\` ${actions.join(', ')}`)
      .concat(dueIndex ? `index \`due\` ${dueIndex.join(', ')}` : [])
      .join('; '),
    key ? `${key.actions.join(', ')} (${key.kinds.join(', ')})` : '',
    secrets.join(', '),
    Object.entries({ stream, bus: events })
      .flatMap(([what, actions]) => (actions ? `${what} ${actions.join(', ')}` : []))
      .concat(
        Object.entries(queues ?? {}).map(([name, actions]) => `${name} ${actions.join(', ')}`),
      )
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
