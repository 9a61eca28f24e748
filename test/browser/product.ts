import type { TestContext } from 'node:test';
import type { ConfigurationInput } from '../../infra/configuration.ts';
import { demoEntry } from '../../infra/local/demo-entry.ts';
import { redirectUri } from '../../shared/routes.ts';
import { type Product, startProduct } from '../support/product.ts';

/** Providers beside `demo`: all are the demo provider, each with a client of its own. */
const OTHERS = ['intranet', 'posted'];

/**
 * The product with several providers: `demo` and `intranet`, `posted`, which answers with `form_post`,
 * and `github`, for which no client was entered.
 */
export async function startProductForBrowsers(
  t: Pick<TestContext, 'after'>,
  returnUrls: string[] = [],
  callers?: ConfigurationInput['callers'],
): Promise<Product> {
  const product = await startProduct(t, {
    configuration: (issuer) => ({
      returnUrls,
      ...(callers && { callers }),
      providers: [
        { ...demoEntry('intranet', issuer), name: 'Intranet' },
        { ...demoEntry('posted', issuer), name: 'Posted', responseMode: 'form_post' },
        'github',
      ],
    }),
    demoOptions: {
      clients: OTHERS.map((clientId) => ({
        clientId,
        clientSecret: `secret-of-${clientId}`,
        // Judged below: the product's port is known only when it listens.
        redirectUris: ['http://localhost:1'],
      })),
    },
  });
  const { demo, url, setSecret } = product;
  const { Client } = demo!.provider as unknown as { Client: typeof RedirectingClient };
  const listed = Client.prototype.redirectUriAllowed;
  Client.prototype.redirectUriAllowed = function (address) {
    return address === redirectUri(url, this.clientId) || listed.call(this, address);
  };
  for (const id of OTHERS) {
    await setSecret(id, { client_id: id, client_secret: `secret-of-${id}` });
  }
  return product;
}

declare class RedirectingClient {
  clientId: string;
  redirectUriAllowed(address: string): boolean;
}

interface SessionRequest {
  owner: string;
  ownerLabel?: string;
  providers?: string[];
  returnUrl?: string;
}

/** The link that a service gives to its user. */
export async function connectLink(product: Product, request: SessionRequest): Promise<string> {
  const { url } = await product.invoke<{ url: string }>('create-connect-session', request);
  return url;
}

export async function accountsOf(product: Product, owner: string): Promise<string[]> {
  const { connections } = await product.invoke<{
    connections: { provider: string; account: string }[];
  }>('list-connections', { owner });
  return connections.map(({ provider, account }) => `${provider}:${account}`).sort();
}
