import type { FunctionName } from '../../shared/routes.ts';

export interface FunctionSettings {
  description: string;
  timeoutSeconds: number;
}

/**
 * A call to a provider ends after 8 seconds: functions that make several get the 29 seconds after
 * which an HTTP API gives up.
 */
export const functionSettings: Record<FunctionName, FunctionSettings> = {
  'connect-page': {
    description: 'Shows an owner the providers of a connect session',
    timeoutSeconds: 10,
  },
  authorize: { description: 'Sends a browser to a provider', timeoutSeconds: 20 },
  callback: {
    description: 'Takes a provider’s answer and keeps the tokens',
    timeoutSeconds: 29,
  },
  'create-connect-session': { description: 'Makes a connect session', timeoutSeconds: 10 },
  'get-token': { description: 'Gives an access token that works', timeoutSeconds: 29 },
  'list-connections': { description: 'Lists what an owner has connected', timeoutSeconds: 10 },
  disconnect: { description: 'Ends a connection and revokes its tokens', timeoutSeconds: 29 },
};

/** CPU comes with memory: below this the cold start grows faster than the price falls. */
export const MEMORY_MEGABYTES = 512;
