import type { Provider } from './providers/provider.ts';
import type { ServiceFunction } from './routes.ts';

/** What one caller may do. */
export interface Caller {
  functions: '*' | ServiceFunction[];
  providers: '*' | string[];
  /** `"*"`, or exact values and prefixes that end in `*`. */
  owners: '*' | string[];
  /** Its connect sessions ask for a confirmation, whatever a request says. */
  confirm: boolean;
}

/** How often in an hour of the clock; what is more is refused, with the time to wait. */
export interface Limits {
  /** Connect sessions for an owner. */
  sessionsPerOwner: number;
  /** Refreshes of a connection that a caller asks for although its token is good for a while. */
  refreshesPerConnection: number;
}

/** What is known at synth; the build puts it beside the bundles. */
export interface Configuration {
  /** By id. */
  providers: Record<string, Provider>;
  /** By name, `operator` included. */
  callers: Record<string, Caller>;
  /** Where a browser may go back to: origin and path; its query is free. */
  returnUrls: string[];
  limits: Limits;
  /** Only `npm start` and the deploy test set it: providers on http loopback are accepted. */
  allowLoopbackProviders: boolean;
  /** What the names of the secrets begin with; left out: `SECRET_PREFIX`. */
  secretPrefix?: string;
}

export const OPERATOR = 'operator';

/** Whether the caller may use the function at all. */
export function mayInvoke(caller: Caller, functionName: ServiceFunction): boolean {
  return caller.functions === '*' || caller.functions.includes(functionName);
}

export function mayUseProvider(caller: Caller, provider: string): boolean {
  return caller.providers === '*' || caller.providers.includes(provider);
}

export function mayUseOwner(caller: Caller, owner: string): boolean {
  if (caller.owners === '*') return true;
  return caller.owners.some((allowed) =>
    allowed.endsWith('*') ? owner.startsWith(allowed.slice(0, -1)) : owner === allowed,
  );
}
