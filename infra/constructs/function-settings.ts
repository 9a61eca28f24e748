import { ConfigurationError } from '../../shared/errors.ts';
import type { FunctionName } from '../../shared/routes.ts';
import type { DeploymentInput, FunctionInput } from '../deployment.ts';

export interface FunctionSettings {
  description: string;
  timeoutSeconds: number;
  /** With less it would end in the middle of its work. */
  leastTimeoutSeconds: number;
}

/**
 * A call to a provider ends after 8 seconds: functions that make several get the 29 seconds after
 * which an HTTP API gives up.
 */
export const functionSettings: Record<FunctionName, FunctionSettings> = {
  'connect-page': {
    description: 'Shows an owner the providers of a connect session',
    timeoutSeconds: 10,
    leastTimeoutSeconds: 5,
  },
  // Discovery of an OpenID Provider, and our own calls to AWS.
  authorize: {
    description: 'Sends a browser to a provider',
    timeoutSeconds: 20,
    leastTimeoutSeconds: 12,
  },
  // The exchange, the user information, and keeping what came of them.
  callback: {
    description: 'Takes a provider’s answer and keeps the tokens',
    timeoutSeconds: 29,
    leastTimeoutSeconds: 25,
  },
  'create-connect-session': {
    description: 'Makes a connect session',
    timeoutSeconds: 10,
    leastTimeoutSeconds: 5,
  },
  'complete-connect': {
    description: 'Confirms what was captured',
    timeoutSeconds: 10,
    leastTimeoutSeconds: 5,
  },
  // Another refresh's lease (10), then a refresh of its own (8), and the save.
  'get-token': {
    description:
      'Gives an access token that works: keep the answer out of Step Functions, traces and logs',
    timeoutSeconds: 29,
    leastTimeoutSeconds: 22,
  },
  'list-connections': {
    description: 'Lists what an owner has connected',
    timeoutSeconds: 10,
    leastTimeoutSeconds: 5,
  },
  disconnect: {
    description: 'Ends a connection and revokes its tokens',
    timeoutSeconds: 29,
    leastTimeoutSeconds: 12,
  },
  // Ends before the next minute's run, and with a batch queued that has been claimed.
  'refresh-due': {
    description: 'Queues what has to be done for connections',
    timeoutSeconds: 29,
    leastTimeoutSeconds: 15,
  },
  // Another refresh's lease (10), then a refresh or a revocation of its own (8), and the save.
  'refresh-connection': {
    description: 'Refreshes connections that are due, and saves tokens that could not be saved',
    timeoutSeconds: 29,
    leastTimeoutSeconds: 22,
  },
  // A bus that does not answer is given up after three tries of two seconds.
  'publish-events': {
    description: 'Puts what has happened to connections on the event bus',
    timeoutSeconds: 29,
    leastTimeoutSeconds: 12,
  },
};

/**
 * Measured by `test/bench/function-memory.ts`: the functions are bound by the network once they are
 * warm, and by the CPU, which comes with memory, when they start.
 */
export const MEMORY_MEGABYTES = 512;

/** What a function is deployed with. */
export type DeployedSettings = Required<Pick<FunctionInput, 'memoryMegabytes' | 'timeoutSeconds'>> &
  Pick<FunctionInput, 'reservedConcurrency'> & { description: string };

/** The settings with what the team has set otherwise; `ConfigurationError` for a time-out that is too short. */
export function deployedSettings(
  name: FunctionName,
  input: DeploymentInput['functions'],
  place: string,
): DeployedSettings {
  const { description, leastTimeoutSeconds, ...defaults } = functionSettings[name];
  const own = input?.[name] ?? {};
  if (own.timeoutSeconds !== undefined && own.timeoutSeconds < leastTimeoutSeconds) {
    throw new ConfigurationError(
      `${place}.functions.${name}.timeoutSeconds`,
      `expected ${leastTimeoutSeconds} to 29: with less it could end in the middle of its work`,
    );
  }
  return { description, memoryMegabytes: MEMORY_MEGABYTES, ...defaults, ...own };
}
