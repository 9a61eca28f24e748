import {
  appendFileSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from './errors.ts';

/**
 * Replaces a file that only its owner may read (mode 0600). A crash leaves the old content or the
 * new one, never a part: the new one is written beside it, synced, and renamed over it.
 */
export function writePrivateFile(path: string, content: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** The parsed content, or undefined where there is no such file. */
export function readJsonFile(path: string): unknown {
  const text = readTextFile(path);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Adds a line of JSON to a file that only its owner may read; a killed process loses none. */
export function appendJsonLine(path: string, value: unknown): void {
  appendFileSync(path, jsonLine(value), { mode: 0o600 });
}

/** Replaces the lines of such a file. */
export function writeJsonLines(path: string, values: readonly unknown[]): void {
  writePrivateFile(path, values.map(jsonLine).join(''));
}

const jsonLine = (value: unknown) => `${JSON.stringify(value)}\n`;

/** The values of such a file, none where there is no file. */
export function readJsonLines(path: string): unknown[] {
  return (readTextFile(path) ?? '')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

// The rename itself is durable only once the folder is synced. Windows cannot open a folder.
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
