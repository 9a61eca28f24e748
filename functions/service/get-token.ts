import * as v from 'valibot';
import type { TokenDeps } from '../../shared/tokens/deps.ts';
import { type FirstUseDeps, noteUse } from '../../shared/tokens/first-use.ts';
import { getToken, type TokenGranted } from '../../shared/tokens/get-token.ts';
import { makeLeaseWatch } from '../../shared/tokens/lease.ts';
import * as production from '../runtime/production.ts';
import { identity, parseRequest, requireProvider, scopes } from '../runtime/request-fields.ts';
import { type ServiceHandler, serviceFunction } from '../runtime/service-function.ts';

const schema = v.object({
  owner: identity,
  provider: v.string('expected a provider id'),
  account: v.optional(identity),
  minValiditySeconds: v.optional(
    v.pipe(
      v.number('expected seconds'),
      v.integer('expected whole seconds'),
      v.minValue(0, 'expected 0 seconds or more'),
      v.maxValue(86_400, 'expected a day (86400 seconds) at most'),
    ),
  ),
  requiredScopes: v.optional(scopes),
  rejectedToken: v.optional(v.string('expected an access token')),
});

export function makeGetToken(deps: TokenDeps & FirstUseDeps): ServiceHandler<TokenGranted> {
  return serviceFunction(
    'get-token',
    deps,
    (event, configuration) => {
      const request = parseRequest(schema, event);
      requireProvider(configuration, request.provider);
      return request;
    },
    async (request, caller, endsAt) => {
      const answer = await getToken(deps, request, endsAt);
      if (answer.status === 'ok') await noteUse(deps, caller.name, request.provider);
      return answer;
    },
  );
}

export const handler = makeGetToken({
  configuration: production.configuration,
  connections: production.connectionTable(),
  vault: production.vault(),
  controls: production.controlTable(),
  spool: production.spool(),
  health: production.providerHealth(),
  leases: makeLeaseWatch(),
  uses: production.callerUses(),
  ...production.providerDeps(),
});
