// Names come from providers: nothing in them may move the cursor or pretend to be another line.
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const cell = (value: string | null | undefined) => (value || '-').replace(UNPRINTABLE, '\ufffd');

/** Rows under a heading, columns aligned; an empty value is `-`. */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly (string | null | undefined)[])[],
): string {
  return align([heading, ...rows].map((row) => row.map(cell)));
}

/** One thing: a name and a value on each line. */
export function formatRecord(members: Record<string, string | null | undefined>): string {
  return align(Object.entries(members).map((pair) => pair.map(cell)));
}

function align(lines: string[][]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
