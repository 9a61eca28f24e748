import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { Provider } from 'oidc-provider';
import { type DemoBehaviour, type DemoClient, demoConfiguration } from './demo-configuration.ts';
import { openDemoKeys } from './demo-keys.ts';
import { problemPage } from './demo-page.ts';
import { sendPage, signIn } from './demo-sign-in.ts';
import { openDemoStorage } from './demo-storage.ts';
import { LocalError } from './errors.ts';
import { type Listening, listenOnLoopback } from './loopback.ts';
import { readJsonFile, writePrivateFile } from './private-file.ts';

export interface DemoProviderOptions extends DemoClient, DemoBehaviour {
  /** 0 takes the one of the last run in this data folder, or a free one. */
  port: number;
  /** `http://127.0.0.1:<port>` by default. */
  issuer?: string;
  /** Who the sign-in page says is asking. */
  clientName?: string;
  /** More clients beside the first. */
  clients?: DemoClient[];
  /** Where keys and grants outlive a restart; left out, they live in memory. */
  dataDirectory?: string;
  /** More of oidc-provider's own configuration, over ours; `features` are merged one by one. */
  configuration?: Record<string, unknown>;
}

export interface DemoProvider {
  issuer: string;
  port: number;
  /** The provider itself, for its events. */
  provider: Provider;
  close(): Promise<void>;
}

/**
 * Starts an OpenID Provider on 127.0.0.1 where any name signs in. It is a site of its own beside
 * `localhost`, so no cookie is shared and a callback from it is truly cross-site. Throws `LocalError`
 * (`port_taken`).
 */
export async function startDemoProvider(options: DemoProviderOptions): Promise<DemoProvider> {
  const { dataDirectory } = options;
  const file = (name: string) => dataDirectory && join(dataDirectory, name);
  let handler: RequestListener = (_, response) => void response.writeHead(503).end();
  // It listens first: with port 0 the issuer's address is known only then.
  const listening = await listen(
    (request, response) => handler(request, response),
    options.port,
    file('demo-port.json'),
  );
  try {
    const issuer = options.issuer ?? `http://127.0.0.1:${listening.port}`;
    const storage = openDemoStorage(file('demo-provider.jsonl'));
    const keys = openDemoKeys(file('demo-keys.json'));
    const clients = [options, ...(options.clients ?? [])];
    const base = demoConfiguration(clients, options, keys, storage);
    const features = { ...base.features, ...(options.configuration?.['features'] as object) };
    const provider = new Provider(issuer, { ...base, ...options.configuration, features });
    provider.on('server_error', (_context: unknown, error: unknown) => console.error(error));
    provider.use(onlyHost(new URL(issuer).host));
    provider.use(signIn(provider, options.clientName ?? options.clientId, storage('Person')));
    handler = provider.callback();
    return { issuer, port: listening.port, provider, close: listening.close };
  } catch (error) {
    await listening.close();
    throw error;
  }
}

/** Tokens belong to the issuer that gave them, and with it to its port: another one would end them. */
async function listen(
  handler: RequestListener,
  port: number,
  path: string | undefined,
): Promise<Listening> {
  const last = path !== undefined && port === 0 ? (readJsonFile(path) as number | undefined) : port;
  const listening = await listenOnLoopback(handler, { port: last ?? 0, both: false }).catch(
    (error) => {
      if (port !== 0 || !(error instanceof LocalError)) throw error;
      return listenOnLoopback(handler, { port: 0, both: false });
    },
  );
  if (path !== undefined) writePrivateFile(path, `${listening.port}\n`);
  return listening;
}

// Endpoint addresses are made from Host, and another one means DNS rebinding.
function onlyHost(host: string) {
  return async (context: Parameters<typeof sendPage>[0], next: () => Promise<void>) => {
    if (context.host === host) return await next();
    sendPage(context, 403, problemPage('Wrong address', [`This is http://${host}.`]));
  };
}
