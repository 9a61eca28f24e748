import * as v from 'valibot';
import { completeConnect } from '../../shared/capture/complete.ts';
import type { CompleteDeps } from '../../shared/capture/deps.ts';
import type { Configuration } from '../../shared/configuration.ts';
import { Disabled } from '../../shared/errors.ts';
import type { Ports } from '../../shared/ports.ts';
import {
  disabled,
  type Problem,
  providerDenied,
  unknownCode,
} from '../../shared/tokens/answers.ts';
import * as production from '../runtime/production.ts';
import { identity, parseRequest } from '../runtime/request-fields.ts';
import { type ServiceHandler, serviceFunction } from '../runtime/service-function.ts';

const schema = v.object({
  owner: identity,
  connectCode: v.string('expected the connect_code of the return URL'),
});

export interface Confirmed {
  status: 'connected';
  provider: string;
  account: string;
}

export interface CompleteConnectDeps extends CompleteDeps {
  configuration: Configuration;
  ports: Pick<Ports, 'now' | 'log'>;
}

export function makeCompleteConnect(deps: CompleteConnectDeps): ServiceHandler<Confirmed> {
  return serviceFunction<v.InferOutput<typeof schema>, Confirmed | Problem>(
    'complete-connect',
    deps,
    (event) => parseRequest(schema, event),
    async (request, { name, policy }) => {
      try {
        const completed = await completeConnect(deps, policy, request);
        switch (completed.kind) {
          case 'unknown_code':
            return unknownCode();
          case 'denied':
            return providerDenied(name, completed.provider);
          case 'completed': {
            const { provider, account } = completed;
            return { status: 'connected', provider, account };
          }
        }
      } catch (error) {
        if (error instanceof Disabled) return disabled(error);
        throw error;
      }
    },
  );
}

export const handler = makeCompleteConnect({
  configuration: production.configuration,
  controls: production.controlTable(),
  connections: production.connectionTable(),
  pending: production.pendingTable(),
  ports: production.localPorts(),
});
