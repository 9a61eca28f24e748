import middy, { type MiddyfiedHandler } from '@middy/core';
import type { Context } from 'aws-lambda';
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
}

/**
 * The middy stack of the service door: the caller by its alias, the request in shape, the caller's
 * allow-list, one record of each call. Expected outcomes are answers; what throws is a function error.
 */
export function serviceFunction<Request extends ServiceRequest, Answer>(
  name: ServiceFunction,
  deps: ServiceDeps,
  parse: (event: unknown, configuration: Configuration) => Request,
  /** `endsAt`: when the function is stopped, in milliseconds since the epoch. */
  handle: (request: Request, caller: InvokingCaller, endsAt: number) => Promise<Answer>,
): ServiceHandler<Answer> {
  const { configuration, ports } = deps;
  return middy<unknown, Answer | Problem>()
    .use({
      onError: ({ error, context }) => {
        const level = error instanceof InvalidRequest ? 'warn' : 'error';
        ports.log[level](`${name} failed`, {
          requestId: context.awsRequestId,
          cause: describe(error),
        });
      },
    })
    .handler(async (event: unknown, context: Context) => {
      const caller = callerOf(configuration, name, context.invokedFunctionArn);
      if ('status' in caller) {
        ports.log.warn(`${name} denied`, { requestId: context.awsRequestId });
        return caller;
      }
      const request = parse(event, configuration);
      const refusal = refusalOf(request, caller);
      const endsAt = ports.now() + context.getRemainingTimeInMillis();
      const answer = refusal ?? (await handle(request, caller, endsAt));
      ports.log.info(name, {
        caller: caller.name,
        requestId: context.awsRequestId,
        ...(request.provider !== undefined && { provider: request.provider }),
        ...statusOf(answer),
      });
      return answer;
    });
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

function statusOf(answer: unknown): { status?: unknown } {
  return typeof answer === 'object' && answer !== null && 'status' in answer
    ? { status: answer.status }
    : {};
}
