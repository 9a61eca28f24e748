// Made by "npm run generate" from the files of catalog/.
import github from './catalog/github.ts';
import type { ProviderEntry } from './provider.ts';

/** The whole catalog by id, as its files say it. */
export const catalog: Record<string, ProviderEntry> = {
  github,
};
