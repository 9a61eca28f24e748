import { InvalidProviderResponse } from '../errors.ts';
import { type Instance, keptValues } from '../providers/instance.ts';
import type { Provider } from '../providers/provider.ts';
import type { ProviderContext } from './client.ts';
import { textAt } from './json.ts';

/** What the callback says that belongs to the connection; an answer that is a refusal says nothing. */
export function valuesOfCallback(
  provider: Provider,
  callback: URLSearchParams,
  allowLoopback: boolean,
): Instance {
  if (callback.has('error')) return {};
  const read = (name: string) => callback.get(name) || undefined;
  return keptValues(provider, 'callback', read, allowLoopback);
}

/** The same of a token response. */
export function valuesOfTokens(
  provider: Provider,
  body: Record<string, unknown>,
  allowLoopback: boolean,
): Instance {
  return keptValues(provider, 'token_response', (path) => textAt(body, path), allowLoopback);
}

/** A callback that the provider has not signed, or not with the secret that we hold. */
export class CallbackNotSigned extends InvalidProviderResponse {}

/** Where a provider signs its callbacks, one that it has not signed is turned away before its code is used. */
export async function verifyCallback(
  { provider, client, instance }: ProviderContext,
  callback: URLSearchParams,
): Promise<void> {
  const { verifyCallback: verify } = provider.hooks ?? {};
  if (verify === undefined || (await verify({ callback, client, instance }))) return;
  throw new CallbackNotSigned(`callback of ${provider.id}: it is not signed by the provider`);
}
