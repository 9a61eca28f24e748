import middy, { type MiddyfiedHandler } from '@middy/core';
import type { Context } from 'aws-lambda';
import { type AuditAction, type AuditRecord, audit, fingerprint } from '../../shared/audit.ts';
import { type Configuration, mayUseOwner, mayUseProvider } from '../../shared/configuration.ts';
import { InvalidRequest } from '../../shared/errors.ts';
import { describe } from '../../shared/incident.ts';
import type { Ports } from '../../shared/ports.ts';
import type { ServiceFunction } from '../../shared/routes.ts';
import { denied, type Problem, providerDenied } from '../../shared/tokens/answers.ts';
import { callerOf, type InvokingCaller } from './caller.ts';

export interface ServiceDeps {
  configuration: Configuration;
  ports: Pick<Ports, 'now' | 'log'>;
}

export type ServiceHandler<Answer> = MiddyfiedHandler<unknown, Answer | Problem>;

interface ServiceRequest {
  owner: string;
  provider?: string | undefined;
  providers?: string[] | undefined;
  account?: string | undefined;
}

const ACTIONS: Record<ServiceFunction, AuditAction> = {
  'create-connect-session': 'session_created',
  'complete-connect': 'complete',
  'get-token': 'token_read',
  'list-connections': 'list',
  disconnect: 'disconnect',
};

/** What of an answer stands in its record. */
interface Outcome {
  status?: string;
  provider?: string;
  account?: string;
  revoked?: string;
}

/**
 * The middy stack of the service door: the caller by its alias, the request in shape, the caller's
 * allow-list, one audit record of each call. Expected outcomes are answers; what throws is a function
 * error.
 */
export function serviceFunction<Request extends ServiceRequest, Answer>(
  name: ServiceFunction,
  deps: ServiceDeps,
  parse: (event: unknown, configuration: Configuration) => Request,
  /** `endsAt`: when the function is stopped, in milliseconds since the epoch. */
  handle: (request: Request, caller: InvokingCaller, endsAt: number) => Promise<Answer>,
): ServiceHandler<Answer> {
  const { configuration, ports } = deps;
  let configurationAudited = false;
  return middy<unknown, Answer | Problem>().handler(async (event: unknown, context: Context) => {
    if (!configurationAudited) auditConfiguration(deps);
    configurationAudited = true;
    const record: AuditRecord = {
      action: ACTIONS[name],
      result: 'error',
      requestId: context.awsRequestId,
    };
    async function answerTo(): Promise<Answer | Problem> {
      const caller = callerOf(configuration, name, context.invokedFunctionArn);
      if ('status' in caller) return caller;
      record.caller = caller.name;
      const request = parse(event, configuration);
      Object.assign(record, subjectOf(request));
      const endsAt = ports.now() + context.getRemainingTimeInMillis();
      return refusalOf(request, caller) ?? (await handle(request, caller, endsAt));
    }
    try {
      const answer = await answerTo();
      audit(ports.log, { ...record, ...outcomeOf(answer) });
      return answer;
    } catch (error) {
      const level = error instanceof InvalidRequest ? 'warn' : 'error';
      audit(ports.log, { ...record, cause: describe(error) }, level);
      throw error;
    }
  });
}

/** Once in a process: which configuration it was built with. */
function auditConfiguration({ configuration, ports }: ServiceDeps): void {
  const digest = fingerprint(JSON.stringify(configuration));
  audit(ports.log, { action: 'configuration', result: 'loaded', digest });
}

function refusalOf(request: ServiceRequest, { name, policy }: InvokingCaller): Problem | undefined {
  if (!mayUseOwner(policy, request.owner)) {
    return denied(`caller "${name}" may not act for this owner: see its "owners"`);
  }
  const providers = [request.provider ?? [], request.providers ?? []].flat();
  const refused = providers.find((provider) => !mayUseProvider(policy, provider));
  if (refused === undefined) return undefined;
  return providerDenied(name, refused);
}

function subjectOf({ owner, provider, providers, account }: ServiceRequest) {
  return {
    owner,
    ...(account !== undefined && { account }),
    ...(provider !== undefined && { provider }),
    ...(providers !== undefined && { providers }),
  };
}

function outcomeOf(answer: unknown): Omit<Outcome, 'status'> & { result: string } {
  const { status = 'ok', provider, account, revoked } = answer as Outcome;
  return {
    result: status,
    ...(provider !== undefined && { provider }),
    ...(account !== undefined && { account }),
    ...(revoked !== undefined && { revoked }),
  };
}
