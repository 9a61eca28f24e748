import { accessSync, chmodSync, constants, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LocalError, systemCode } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { writePrivateFile } from './private-file.ts';

/** Where a client of the local run finds it. */
export interface RuntimeFile {
  url: string;
  pid: number;
  endpoints: Record<'lambda' | 'dynamodb' | 'secretsManager' | 'kms' | 'sqs' | 'events', string>;
  [more: string]: unknown;
}

export interface DataFolder {
  path: string;
  file(name: string): string;
  writeRuntime(runtime: RuntimeFile): void;
  /** Removes `runtime.json` and gives the folder back. */
  close(): void;
}

/**
 * Opens the folder for this process alone: made where it is missing, mode 0700, locked. Throws
 * `LocalError` (`folder_unusable`, `folder_in_use`).
 */
export function openDataFolder(path: string): DataFolder {
  const absolute = resolve(path);
  let unlock: () => void;
  try {
    mkdirSync(absolute, { recursive: true, mode: 0o700 });
    chmodSync(absolute, 0o700);
    accessSync(absolute, constants.R_OK | constants.W_OK | constants.X_OK);
    unlock = lockFolder(absolute);
  } catch (error) {
    if (error instanceof LocalError) throw error;
    throw new LocalError(
      'folder_unusable',
      `cannot write to the data folder ${path} (${systemCode(error) ?? error}): choose another with --data`,
    );
  }
  const runtime = join(absolute, 'runtime.json');
  // What a killed run left behind names an address where nobody answers any more.
  rmSync(runtime, { force: true });
  return {
    path: absolute,
    file: (name) => join(absolute, name),
    writeRuntime: (value) => writePrivateFile(runtime, `${JSON.stringify(value, null, 2)}\n`),
    close: () => {
      rmSync(runtime, { force: true });
      unlock();
    },
  };
}
