import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Configuration, mayInvoke } from '../../shared/configuration.ts';
import { type FunctionName, serviceFunctions } from '../../shared/routes.ts';
import { functionSettings } from '../constructs/function-settings.ts';
import type { LocalFunctions, LocalHandler } from './lambda-functions.ts';
import type { LocalEnvironment } from './runner.ts';

/**
 * Gives this process the environment of a function: nothing of the person's own AWS set-up stays,
 * so that no function ever speaks to a real account.
 */
export function enterEnvironment(environment: LocalEnvironment): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('AWS_')) delete process.env[name];
  }
  Object.assign(process.env, environment);
}

/** Loads the built functions (folders by name) with an alias for each caller that may use them. */
export function loadFunctions(
  folders: Record<FunctionName, string>,
  { callers }: Configuration,
): LocalFunctions {
  const require = createRequire(import.meta.url);
  return Object.fromEntries(
    Object.entries(folders).map(([name, folder]) => {
      const { handler } = require(join(folder, 'index.js')) as { handler: LocalHandler };
      const service = serviceFunctions.find((one) => one === name);
      const aliases = service
        ? Object.keys(callers).filter((caller) => mayInvoke(callers[caller]!, service))
        : [];
      const { timeoutSeconds } = functionSettings[name as FunctionName];
      return [name, { handler, aliases, timeoutSeconds }];
    }),
  );
}
