import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { Provider } from 'oidc-provider';
import { type DemoBehaviour, type DemoClient, demoConfiguration } from './demo-configuration.ts';
import { openDemoKeys } from './demo-keys.ts';
import { problemPage } from './demo-page.ts';
import { sendPage, signIn } from './demo-sign-in.ts';
import { openDemoStorage } from './demo-storage.ts';
import { listenOnLoopback } from './loopback.ts';

export interface DemoProviderOptions extends DemoClient, DemoBehaviour {
  /** 0 takes a free one. */
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
  const listening = await listenOnLoopback((request, response) => handler(request, response), {
    port: options.port,
    both: false,
  });
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

// Endpoint addresses are made from Host, and another one means DNS rebinding.
function onlyHost(host: string) {
  return async (context: Parameters<typeof sendPage>[0], next: () => Promise<void>) => {
    if (context.host === host) return await next();
    sendPage(context, 403, problemPage('Wrong address', [`This is http://${host}.`]));
  };
}
