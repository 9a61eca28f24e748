import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';

const LOCKFILE = join(dirname(import.meta.dirname), 'package-lock.json');

/** A package as the lockfile has it. */
export interface LockedPackage {
  version: string;
  /** Subresource Integrity of its archive (`sha512-` and base64); a part of another package has none. */
  integrity?: string;
  /** SPDX expression. */
  license?: string;
  inBundle?: boolean;
  hasInstallScript?: boolean;
  resolved?: string;
}

/** The lockfile's packages by their folder, `node_modules/...`; the project itself is not among them. */
export function lockedPackages(): Record<string, LockedPackage> {
  const { packages } = JSON.parse(readFileSync(LOCKFILE, 'utf8'));
  const { '': _project, ...others } = packages;
  return others;
}

export interface BundledPackage extends LockedPackage {
  name: string;
}

/** The packages that something of is in a bundle, in the order of their folders. */
export function bundledPackages({ outputs }: Pick<Metafile, 'outputs'>): BundledPackage[] {
  const locked = lockedPackages();
  const folders = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? (packageFolder(path) ?? []) : []));
  return [...new Set(folders)].sort().map((folder) => ({
    name: folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
    ...locked[folder]!,
  }));
}

/** The innermost package that a source belongs to. */
function packageFolder(path: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
}
