import * as v from 'valibot';
import type { DisconnectDeps } from '../../shared/tokens/deps.ts';
import { type Disconnected, disconnect } from '../../shared/tokens/disconnect.ts';
import * as production from '../runtime/production.ts';
import { identity, parseRequest, requireProvider } from '../runtime/request-fields.ts';
import { type ServiceHandler, serviceFunction } from '../runtime/service-function.ts';

const schema = v.object({
  owner: identity,
  provider: v.string('expected a provider id'),
  account: v.optional(identity),
});

export function makeDisconnect(deps: DisconnectDeps): ServiceHandler<Disconnected> {
  return serviceFunction(
    'disconnect',
    deps,
    (event, configuration) => {
      const request = parseRequest(schema, event);
      requireProvider(configuration, request.provider);
      return request;
    },
    (request) => disconnect(deps, request),
  );
}

export const handler = makeDisconnect({
  configuration: production.configuration,
  connections: production.connectionTable(),
  vault: production.vault(),
  spool: production.spool(),
  ...production.providerDeps(),
});
