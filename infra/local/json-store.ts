import { readJsonFile, writePrivateFile } from './private-file.ts';

/** A small value kept in memory and, where a file is given, in that file too. */
export interface JsonStore<T> {
  read(): T;
  /** Applies a change to a copy and keeps it once it is on disk. Returns what `change` returned. */
  write<R>(change: (draft: T) => R): R;
}

/** Opens the file, or starts with `empty`. Its answers are synchronous: no change is half seen. */
export function openJsonStore<T>(path: string | undefined, empty: T): JsonStore<T> {
  let current = path === undefined ? empty : ((readJsonFile(path) as T | undefined) ?? empty);
  return {
    read: () => current,
    write: (change) => {
      const draft = structuredClone(current);
      const result = change(draft);
      if (path !== undefined) writePrivateFile(path, `${JSON.stringify(draft, null, 2)}\n`);
      current = draft;
      return result;
    },
  };
}
