import { randomUUID } from 'node:crypto';
import {
  closeSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { LocalError, systemCode } from './errors.ts';

const held = new Set<string>();

/**
 * Takes the data folder for this process; the returned function gives it back. The lock of a dead
 * process is taken over. Throws `LocalError` (`folder_in_use`) while another run has it.
 */
export function lockFolder(folder: string): () => void {
  const path = join(realpathSync(folder), 'lock');
  for (let attempt = 0; attempt < 10; attempt += 1) {
    if (createLock(path)) {
      held.add(path);
      return () => {
        held.delete(path);
        rmSync(path, { force: true });
      };
    }
    const holder = readLock(path);
    if (holder !== undefined && isAlive(path, holder)) {
      throw new LocalError(
        'folder_in_use',
        `the data folder ${folder} is in use by process ${holder.pid}: stop it, or choose another folder with --data`,
      );
    }
    removeStaleLock(path, holder);
  }
  throw new LocalError('folder_in_use', `the data folder ${folder} is being taken by another run`);
}

interface Holder {
  pid: number;
  /** When that process started, where the system tells: a pid alone is used again. */
  started: string | undefined;
}

function createLock(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
  } finally {
    closeSync(file);
  }
  return true;
}

function readLock(path: string): Holder | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(path: string, { pid, started }: Holder): boolean {
  // In a container every run may get the same pid, so our own pid says nothing by itself.
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
  }
  const now = startOf(pid);
  return now === undefined || started === undefined || now === started;
}

// Renamed before it is deleted, so that of two runs which both saw the dead lock, the later one
// notices that it holds the living lock of the first, and puts it back.
function removeStaleLock(path: string, judged: Holder | undefined): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  const found = readLock(aside);
  if (found?.pid !== judged?.pid || found?.started !== judged?.started) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

/** Field 22 of /proc/PID/stat: clock ticks from boot to the start of that process. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
