/** The browser's door: read by the CDK stack and by the local runner. */
export const routes = [
  { method: 'GET', path: '/connect', functionName: 'connect-page' },
  { method: 'GET', path: '/{provider}/authorize', functionName: 'authorize' },
  { method: 'GET', path: '/{provider}/callback', functionName: 'callback' },
  { method: 'POST', path: '/{provider}/callback', functionName: 'callback' },
] as const;

export type Route = (typeof routes)[number];

/** Functions that are invoked directly by the team's services, through an alias per caller. */
export const serviceFunctions = [
  'create-connect-session',
  'complete-connect',
  'get-token',
  'list-connections',
  'disconnect',
] as const;

export type ServiceFunction = (typeof serviceFunctions)[number];

export const browserFunctions = ['connect-page', 'authorize', 'callback'] as const;

export type BrowserFunction = (typeof browserFunctions)[number];

/** Functions that a clock, a queue or the table's stream invokes. */
export const backgroundFunctions = ['refresh-due', 'refresh-connection', 'publish-events'] as const;

export type BackgroundFunction = (typeof backgroundFunctions)[number];

export type FunctionName = BrowserFunction | ServiceFunction | BackgroundFunction;

export const functionNames: readonly FunctionName[] = [
  ...browserFunctions,
  ...serviceFunctions,
  ...backgroundFunctions,
];

/** The redirect URI that is registered with a provider. */
export function redirectUri(baseUrl: string, provider: string): string {
  return `${baseUrl}/${provider}/callback`;
}
