import * as v from 'valibot';
import {
  type CreatedSession,
  type CreateSessionRequest,
  createSession,
} from '../../shared/capture/create-session.ts';
import type { CreateSessionDeps } from '../../shared/capture/deps.ts';
import { Disabled, RateLimited } from '../../shared/errors.ts';
import { disabled, type Problem, rateLimited } from '../../shared/tokens/answers.ts';
import * as production from '../runtime/production.ts';
import { identity, parseRequest, providerId, scopes } from '../runtime/request-fields.ts';
import { type ServiceHandler, serviceFunction } from '../runtime/service-function.ts';

const schema = v.object({
  owner: identity,
  ownerLabel: v.optional(identity),
  providers: v.optional(
    v.pipe(
      v.array(providerId, 'expected a list of provider ids'),
      v.minLength(1, 'expected at least one provider id'),
    ),
  ),
  returnUrl: v.optional(v.string('expected a URL')),
  scopes: v.optional(scopes),
  values: v.optional(
    v.record(
      v.pipe(v.string(), v.regex(/^\w{1,40}$/, "expected names of the provider's values")),
      v.string('expected a text'),
      'expected an object of texts',
    ),
  ),
  confirm: v.optional(v.boolean('expected true or false')),
});

export function makeCreateConnectSession(deps: CreateSessionDeps): ServiceHandler<CreatedSession> {
  return serviceFunction<CreateSessionRequest, CreatedSession | Problem>(
    'create-connect-session',
    deps,
    (event) => parseRequest(schema, event),
    async (request, caller) => {
      try {
        return await createSession(deps, caller, request);
      } catch (error) {
        if (error instanceof Disabled) return disabled(error);
        if (error instanceof RateLimited) return rateLimited(error);
        throw error;
      }
    },
  );
}

export const handler = makeCreateConnectSession({
  configuration: production.configuration,
  baseUrl: production.baseUrl(),
  sessions: production.sessionTable(),
  sessionLimit: production.sessionLimit(),
  controls: production.controlTable(),
  ports: production.localPorts(),
});
