import * as v from 'valibot';
import { type Configuration, mayUseProvider } from '../../shared/configuration.ts';
import type { Ports } from '../../shared/ports.ts';
import type { ListDeps } from '../../shared/tokens/deps.ts';
import { type ConnectionList, listConnections } from '../../shared/tokens/list-connections.ts';
import * as production from '../runtime/production.ts';
import { identity, parseRequest, providerId } from '../runtime/request-fields.ts';
import { type ServiceHandler, serviceFunction } from '../runtime/service-function.ts';

const schema = v.object({
  owner: identity,
  provider: v.optional(providerId),
  nextToken: v.optional(v.string('expected the nextToken of an earlier answer')),
});

export interface ListConnectionsDeps extends ListDeps {
  configuration: Configuration;
  ports: Pick<Ports, 'now' | 'log'>;
}

export function makeListConnections(deps: ListConnectionsDeps): ServiceHandler<ConnectionList> {
  return serviceFunction(
    'list-connections',
    deps,
    (event) => parseRequest(schema, event),
    (request, { policy }) =>
      listConnections(deps, request, (provider) => mayUseProvider(policy, provider)),
  );
}

export const handler = makeListConnections({
  configuration: production.configuration,
  connections: production.connectionTable(),
  controls: production.controlTable(),
  vault: production.vault(),
  ports: production.localPorts(),
});
