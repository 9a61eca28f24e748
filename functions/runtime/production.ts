import written from 'token-capture:configuration';
import { hooks } from 'token-capture:hooks';
import { makeSharedClock } from '../../shared/clock.ts';
import { makeCallerUses } from '../../shared/connections/caller-uses.ts';
import { makeConnectionTable } from '../../shared/connections/connection-table.ts';
import { makeControlTable } from '../../shared/connections/control-table.ts';
import { makeDocumentClient } from '../../shared/connections/document-client.ts';
import { makeDueIndex } from '../../shared/connections/due-index.ts';
import { makePendingTable } from '../../shared/connections/pending-table.ts';
import { makeProviderHealth } from '../../shared/connections/provider-health.ts';
import { makeSessionLimit } from '../../shared/connections/session-limit.ts';
import { makeSessionTable } from '../../shared/connections/session-table.ts';
import type { ProviderDeps } from '../../shared/oauth/client.ts';
import { makeHttpClient } from '../../shared/oauth/http-client.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import { consoleLog, systemPorts } from '../../shared/ports.ts';
import type { Spool } from '../../shared/queues/spooled-pair.ts';
import { makeClientSecrets } from '../../shared/secrets/client-secrets.ts';
import { makeSecretStatus } from '../../shared/secrets/secret-status.ts';
import { kmsDataKeys } from '../../shared/vault/data-keys.ts';
import { makeVault } from '../../shared/vault/vault.ts';
import { readConfiguration } from '../../shared/written-configuration.ts';
import { environment } from './environment.ts';

// Makers, not values: a bundle holds and a cold start builds only what its function calls.

const clock = makeSharedClock();

const local = { ...systemPorts, clockOffset: clock.offset, log: consoleLog };

/** How long an opened data key may stay in a function's memory, in seconds. */
const OPENED_KEY_SECONDS = 60;

export const configuration = readConfiguration(written, hooks);

/** The ports of a function that speaks to no provider. */
export const localPorts = () => local;

export const baseUrl = () => environment('BASE_URL');

/** One client, and so one connection, for all that a function keeps in the table. */
let client: ReturnType<typeof makeDocumentClient> | undefined;
const documentClient = () => (client ??= makeDocumentClient(clock));

export const sessionTable = () => makeSessionTable(documentClient(), environment('TABLE_NAME'));

export const callerUses = () => makeCallerUses(documentClient(), environment('TABLE_NAME'));

export const sessionLimit = () => makeSessionLimit(documentClient(), environment('TABLE_NAME'));

export const connectionTable = () =>
  makeConnectionTable(documentClient(), environment('TABLE_NAME'));

export const controlTable = () =>
  makeControlTable(documentClient(), environment('TABLE_NAME'), local.now);

export const pendingTable = () => makePendingTable(documentClient(), environment('TABLE_NAME'));

export const dueIndex = () => makeDueIndex(documentClient(), environment('TABLE_NAME'));

export const providerHealth = () => makeProviderHealth(documentClient(), environment('TABLE_NAME'));

export const vault = () => makeVault(kmsDataKeys(environment('KEY_ID')), local, OPENED_KEY_SECONDS);

/** Hardly ever used: a bundle of its own, which the client of SQS makes large, is loaded when a pair is spooled. */
export const spool = (): Spool => ({
  async put(pair) {
    const { makeSpool } = await import('#spool');
    await makeSpool(environment('SPOOL_QUEUE_URL')).put(pair);
  },
});

export const secretStatus = () => makeSecretStatus(local, undefined, configuration.secretPrefix);

/** What a function needs to speak to providers. */
export function providerDeps(): ProviderDeps {
  const ports = { ...local, http: makeHttpClient(configuration.allowLoopbackProviders) };
  return {
    ports,
    servers: makeServers(ports.http, ports.now),
    secrets: makeClientSecrets(ports, undefined, configuration.secretPrefix),
  };
}
